import type { SimEvent } from './schedule.ts';
import type { SimulatedSite } from './simulated-site.ts';
import { ROUTERS } from './sites.ts';

/** Kinds of events that are faults of AWS. */
type AwsFaultKind =
  | `store-${string}`
  | 'ec2-errors'
  | 'ec2-busy'
  | 'ec2-loses-answers'
  | 'ec2-writes-late'
  | 'ec2-events-late'
  | 'old-ec2-event'
  | 'stale-reads'
  | 'environments-end'
  | 'other-environments'
  | 'crash'
  | 'crash-any'
  | `probe-${string}`;
type AwsFaultEvent = Extract<SimEvent, { readonly kind: AwsFaultKind }>;

/** Age of an EC2 event that is delivered again. */
const AN_HOUR_MS = 3_600_000;

/** Applies a fault of AWS to the functions of a site. */
export function applyAwsFault(event: SimEvent, until: number, site: SimulatedSite): void {
  const { faults, platform } = site;
  const { kind } = event as AwsFaultEvent;
  const of = event as AwsFaultEvent & {
    readonly calls: number;
    readonly byMs: number;
    readonly copies: number;
    readonly afterSteps: number;
  };
  switch (kind) {
    case 'store-down':
      faults.storeDown = until;
      return;
    case 'store-read-only':
      faults.storeReadOnly = until;
      return;
    case 'ec2-errors':
      faults.ec2Errors = until;
      return;
    case 'ec2-busy':
      faults.ec2Busy = until;
      return;
    case 'stale-reads':
      faults.staleReads = until;
      return;
    case 'store-loses-answers':
      faults.storeAnswersToLose = of.calls;
      return;
    case 'ec2-loses-answers':
      faults.ec2AnswersToLose = of.calls;
      return;
    case 'store-writes-late':
      faults.storeLateWrites = { calls: of.calls, byMs: of.byMs };
      return;
    case 'ec2-writes-late':
      faults.ec2LateWrites = { calls: of.calls, byMs: of.byMs };
      return;
    case 'ec2-events-late':
      faults.ec2EventsLate = { until, byMs: of.byMs, copies: of.copies };
      return;
    case 'old-ec2-event': {
      const { router } = event as Extract<SimEvent, { readonly kind: 'old-ec2-event' }>;
      if (ROUTERS[router].site === site.name) site.ec2Event(ROUTERS[router].instance, 'stopped', { agoMs: AN_HOUR_MS });
      return;
    }
    case 'environments-end':
      platform.endEnvironments();
      return;
    case 'other-environments':
      platform.otherEnvironmentsUntil = until;
      return;
    case 'crash':
    case 'crash-any':
      platform.nextCrash = { afterSteps: of.afterSteps, any: kind === 'crash-any' };
      return;
    case 'probe-lost':
    case 'probe-twice':
      site.nextProbe = { kind: kind === 'probe-lost' ? 'lost' : 'twice', byMs: 0 };
      return;
    case 'probe-late':
      site.nextProbe = { kind: 'late', byMs: of.byMs };
  }
}
