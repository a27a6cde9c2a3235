/**
 * Entries of earlier versions have no kind, and all fields of a swap, with `epoch: 0` where there was none. They are kept for
 * 400 days.
 */
export function withKind(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || 'kind' in entry) return entry;
  return { kind: kindOf(entry), ...entry };
}

function kindOf(entry: { readonly detector?: unknown; readonly reason?: unknown; readonly epoch?: unknown }) {
  const { detector, reason, epoch } = entry;
  if (detector !== 'operator' || epoch !== 0) return 'swap';
  if (reason === 'operator') return 'operator';
  return String(reason).startsWith('config-') ? 'push' : 'swap';
}
