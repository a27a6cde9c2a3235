/** Which programs of vyos-failover a router has, as its bundle's file `VERSION` states. */
export interface InstalledPrograms {
  /** The version of vyos-failover that made the bundle. */
  readonly version: string;
  /** Of what runs and its configuration, in hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of the SSM agent's package; undefined: none is stored. */
  readonly agent?: string | undefined;
}

const HASH = /^[0-9a-f]{64}$/;

/**
 * The programs in the output of the probe's command (`router/count-sessions`).
 *
 * @returns undefined: unknown. An older bundle states none, and what cannot be read is never taken for old.
 */
export function programsIn(output: string): InstalledPrograms | undefined {
  try {
    const { programs } = JSON.parse(output) as { readonly programs?: Readonly<Record<string, unknown>> };
    const { version, sha256, agent } = programs ?? {};
    if (typeof version !== 'string' || version.length > 40 || typeof sha256 !== 'string' || !HASH.test(sha256))
      return undefined;
    return { version, sha256, ...(typeof agent === 'string' && HASH.test(agent) && { agent }) };
  } catch {
    return undefined;
  }
}
