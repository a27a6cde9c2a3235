import type { Happening } from '#emulator/service.ts';
import type { Entry } from './timeline.ts';

export interface HappeningEntry {
  /** ms since the epoch. */
  readonly at: number;
  readonly what: Entry['what'];
  readonly says: string;
  /** Of a decision: its kind, such as `swap`, and what triggered it. */
  readonly decision?: { readonly kind: string; readonly detector: string };
}

/**
 * What of a happening belongs into a timeline; undefined: nothing.
 *
 * @param nameOf name of the router that has an interface
 */
export function happeningEntry(happening: Happening, nameOf: (eni: string) => string): HappeningEntry | undefined {
  const { at } = happening;
  switch (happening.kind) {
    case 'call':
      return ofCall(happening, nameOf);
    case 'event':
      if (happening.source !== 'vyos-failover') return undefined;
      return { at, what: 'announced', says: `EventBridge: ${happening.detailType}` };
    case 'alarm':
      if (happening.state !== 'ALARM') return undefined;
      return { at, what: 'alarm', says: happening.name };
    case 'notification':
      return { at, what: 'told', says: `SNS: ${(happening.subject ?? happening.message).split('\n')[0]}` };
    case 'log':
      return ofLog(at, happening.line);
    case 'chat':
    case 'command':
    case 'delivery':
    case 'fault':
    case 'http-api':
    case 'invocation':
    case 'latency':
    case 'metric':
    case 'undelivered':
      return undefined;
  }
}

function ofCall(happening: Happening & { kind: 'call' }, nameOf: (eni: string) => string) {
  const { action, at, ms, input, error, caller } = happening;
  if (action !== 'ReplaceRoute' || !caller.includes('RouteSwap')) return undefined;
  // The probe's rehearsal, once a minute.
  if (input.DryRun === 'true') return undefined;
  const { RouteTableId: table, NetworkInterfaceId: eni } = input;
  const destination = input.DestinationCidrBlock ?? input.DestinationIpv6CidrBlock ?? input.DestinationPrefixListId;
  const says = `ReplaceRoute ${String(table)} ${String(destination)} → ${nameOf(String(eni))} (${error ?? `${Math.round(ms)} ms`})`;
  return { at: at + ms, what: 'replaced' as const, says };
}

/** The functions log JSON; the decision's sentence is its message. */
function ofLog(at: number, line: string) {
  if (!line.startsWith('{')) return undefined;
  const entry = JSON.parse(line) as {
    message?: string;
    decision?: { kind: string };
    detector?: string;
    result?: { outcome: string; tookMs: number };
  };
  if (entry.decision !== undefined) {
    const { decision, detector = '', message = '' } = entry;
    return { at, what: 'decided' as const, says: message, decision: { kind: decision.kind, detector } };
  }
  if (entry.result?.outcome !== 'swapped') return undefined;
  return {
    at,
    what: 'read back' as const,
    says: `every route is at its new owner and active, ${entry.result.tookMs} ms after the report arrived`,
  };
}
