import type { Happening } from '#emulator/service.ts';
import type { Scenario } from './scenario.ts';
import type { LogLine, SimulatedRouter } from './simulated-router.ts';
import type { Timeline } from './timeline.ts';

/**
 * Adds what the emulated AWS and the routers' logs recorded to the timeline.
 *
 * @param since earlier events are left out, ms since the epoch
 */
export function recordOurTimeline(
  scenario: Scenario,
  happenings: readonly Happening[],
  routers: readonly SimulatedRouter[],
  since: number,
  timeline: Timeline,
): void {
  for (const happening of happenings.filter(({ at }) => at >= since)) {
    const entry = entryOf(happening, scenario);
    if (entry !== undefined) timeline.add(entry.at, 'ours', entry.what, entry.says);
  }
  for (const { router, log } of routers.map((each) => ({ router: each.router.name, log: each.reportLog() }))) {
    for (const line of log.filter(({ at }) => at >= since))
      timeline.add(line.at, 'ours', 'reported', `${router}: ${shorten(line)}`);
  }
}

type EntryKind = Parameters<Timeline['add']>[2];

function entryOf(happening: Happening, scenario: Scenario): { at: number; what: EntryKind; says: string } | undefined {
  const { at } = happening;
  switch (happening.kind) {
    case 'call':
      return ofCall(happening, scenario);
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
    case 'metric':
    case 'undelivered':
      return undefined;
  }
}

function ofCall(happening: Happening & { kind: 'call' }, { active, standby }: Scenario) {
  const { action, at, ms, input, error, caller } = happening;
  if (action !== 'ReplaceRoute' || !caller.includes('RouteSwap')) return undefined;
  // The probe's rehearsal, once a minute.
  if (input.DryRun === 'true') return undefined;
  const { RouteTableId: table, NetworkInterfaceId: eni } = input;
  const destination = input.DestinationCidrBlock ?? input.DestinationIpv6CidrBlock ?? input.DestinationPrefixListId;
  const to = eni === standby.eni ? standby.name : eni === active.eni ? active.name : String(eni);
  const says = `ReplaceRoute ${String(table)} ${String(destination)} → ${to} (${error ?? `${Math.round(ms)} ms`})`;
  return { at: at + ms, what: 'replaced' as const, says };
}

/** The functions log JSON; the decision's sentence is its message. */
function ofLog(at: number, line: string) {
  if (!line.startsWith('{')) return undefined;
  const entry = JSON.parse(line) as {
    message?: string;
    decision?: unknown;
    result?: { outcome: string; tookMs: number };
  };
  if (entry.decision !== undefined) return { at, what: 'decided' as const, says: entry.message ?? '' };
  if (entry.result?.outcome !== 'swapped') return undefined;
  return {
    at,
    what: 'read back' as const,
    says: `every route is at its new owner and active, ${entry.result.tookMs} ms after the report arrived`,
  };
}

function shorten({ says }: LogLine): string {
  return says.length > 110 ? `${says.slice(0, 109)}…` : says;
}
