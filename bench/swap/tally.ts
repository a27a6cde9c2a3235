import { rounded } from '#bench/statistics.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { type ManagedRoute, routeName } from '#failover/site.ts';

type Happening = Emulator['happenings'][number];
type Call = Extract<Happening, { kind: 'call' }>;

/**
 * The result of one way of moving routes, as the emulator recorded it. Times in ms since it
 * began; null, for JSON's sake, where there is none.
 */
export interface Tally {
  /** Null: no route moved. */
  readonly firstMovedMs: number | null;
  /** When the last route was at its new target; null if one never was. */
  readonly lastMovedMs: number | null;
  readonly moved: number;
  /** Calls that create, replace or delete a route, refused ones included. */
  readonly writes: number;
  /** Writes that EC2 refused with RequestLimitExceeded. */
  readonly throttled: number;
  /** All other AWS API calls: observation, read-back, lease, records. */
  readonly otherCalls: number;
  /** Routes that were not at their new target when the way had ended. */
  readonly notMoved: number;
  /** Of these, routes that did not exist any more. */
  readonly lost: number;
  /** Sum over all routes of the time in which they did not exist, s; a lost one counts until the way ended. */
  readonly routeSecondsWithout: number;
}

const WRITES = new Set(['ReplaceRoute', 'CreateRoute', 'DeleteRoute']);

/** Reads the emulator's timeline from `began` to `ended` (ms since the epoch): which of the routes reached `eni`, and when. */
export function tallyOf(
  happenings: readonly Happening[],
  {
    routes,
    eni,
    began,
    ended,
  }: Readonly<{ routes: readonly ManagedRoute[]; eni: string; began: number; ended: number }>,
): Tally {
  const calls = happenings.filter((each): each is Call => each.kind === 'call' && each.at >= began);
  const writes = calls.filter(({ service, action }) => service === 'ec2' && WRITES.has(action));
  const story = new Map(
    routes.map((route) => [routeName(route), { movedAt: undefined, absentSince: undefined } as Fate]),
  );
  let absentMs = 0;
  for (const call of writes.filter(({ error }) => error === undefined).toSorted((a, b) => endOf(a) - endOf(b))) {
    const fate = story.get(
      routeName({ table: String(call.input.RouteTableId), destination: String(call.input.DestinationCidrBlock) }),
    );
    if (fate === undefined) continue;
    if (call.action === 'DeleteRoute') {
      fate.absentSince = endOf(call);
      continue;
    }
    absentMs += endOf(call) - (fate.absentSince ?? endOf(call));
    fate.absentSince = undefined;
    fate.movedAt = call.input.NetworkInterfaceId === eni ? (fate.movedAt ?? endOf(call)) : undefined;
  }
  const fates = [...story.values()];
  const lost = fates.filter(({ absentSince }) => absentSince !== undefined);
  const arrivals = fates.flatMap(({ movedAt, absentSince }) =>
    movedAt === undefined || absentSince !== undefined ? [] : [movedAt - began],
  );
  return {
    firstMovedMs: arrivals.length === 0 ? null : rounded(Math.min(...arrivals)),
    lastMovedMs: arrivals.length === routes.length ? rounded(Math.max(...arrivals)) : null,
    moved: arrivals.length,
    writes: writes.length,
    throttled: writes.filter(({ error }) => error?.startsWith('RequestLimitExceeded')).length,
    otherCalls: calls.length - writes.length,
    notMoved: routes.length - arrivals.length,
    lost: lost.length,
    routeSecondsWithout: rounded(
      (absentMs + lost.reduce((sum, { absentSince = ended }) => sum + ended - absentSince, 0)) / 1000,
      3,
    ),
  };
}

interface Fate {
  movedAt: number | undefined;
  absentSince: number | undefined;
}

/** When the call took effect, at the latest. */
function endOf({ at, ms }: Call): number {
  return at + ms;
}
