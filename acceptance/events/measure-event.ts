import { readHost } from '../hosts/hosts.ts';
import { type Readings, type Traffic, trafficBetween } from '../hosts/readings.ts';
import type { EventRecord } from '../report/report.ts';
import type { RunContext } from '../run-context.ts';
import { StepFailed } from '../run-context.ts';
import { readSite, swapAfter } from '../site-state.ts';
import { durationsOf, measuredSwap } from './measured-swap.ts';

/** The probe judges a packet after 2 s, and shows a sign of life every 10 s. */
const SETTLE_MS = 15_000;

/** An event of a run. */
export interface AcceptanceEvent {
  readonly name: string;
  readonly kind: EventRecord['kind'];
  readonly site: string;
  /** Whether the routes must move. */
  readonly mustMove: boolean;
  /**
   * Causes the event, waits for its effect, and leaves the site as it was.
   *
   * @returns what `status` showed of it, if that is all of its effect
   * @throws StepFailed if that failed
   */
  act(): Promise<string | undefined>;
}

/**
 * Reads the host's console and the site's swap number, causes the event, and records the swap and the traffic. An event that
 * fails is recorded with its reason.
 *
 * @returns false: the site is not as it was, and no other event can be measured
 */
export async function measureEvent(event: AcceptanceEvent, run: RunContext): Promise<boolean> {
  const { ports, report } = run;
  ports.show(event.name);
  const before = await readHost(event.site, run);
  const { epoch, owner } = await readSite(event.site, run);
  const startedAt = ports.now();
  const { noticed, problem } = await acted(event, run);
  await ports.sleep(SETTLE_MS, run.signal);
  const record = await recordOf(event, { before, epoch, owner, startedAt, noticed, problem }, run);
  report.events.push(record);
  ports.show(
    `  ${record.problem ?? (record.swap === null ? 'the routes did not move' : `routes at ${record.swap.owner}`)}`,
  );
  return problem === undefined;
}

type Acted = Pick<Before, 'noticed' | 'problem'>;

async function acted(event: AcceptanceEvent, run: RunContext): Promise<Acted> {
  try {
    return { noticed: await event.act(), problem: undefined };
  } catch (error) {
    if (run.signal.aborted || !(error instanceof StepFailed)) throw error;
    return { noticed: undefined, problem: error.message };
  }
}

interface Before {
  readonly before: Readings | undefined;
  readonly epoch: number;
  readonly owner: string | null;
  readonly startedAt: number;
  readonly noticed: string | undefined;
  readonly problem: string | undefined;
}

async function recordOf(
  { name, kind, site, mustMove }: AcceptanceEvent,
  { before, epoch, owner, startedAt, noticed, problem }: Before,
  run: RunContext,
): Promise<EventRecord> {
  const traffic = trafficBetween(before, await readHost(site, run));
  const entry = await swapAfter(epoch, site, run);
  const swap = entry && measuredSwap(entry);
  return {
    name,
    kind,
    site,
    from: owner,
    startedAt: new Date(startedAt).toISOString(),
    swap: swap ?? null,
    traffic,
    durations: durationsOf(swap, traffic),
    noticed: noticed ?? null,
    problem: problem ?? (mustMove && swap === undefined ? 'the routes did not move' : lastingLoss(traffic)),
  };
}

/** The site is fit again, and its packets do not arrive. */
function lastingLoss(traffic: Traffic): string | null {
  return !traffic.measured && traffic.isLost === true ? `the traffic has not come back: ${traffic.why}` : null;
}
