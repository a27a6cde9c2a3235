import type { SimEvent } from './schedule.ts';
import type { SimulatedSite } from './simulated-site.ts';
import { ROUTERS } from './sites.ts';

/** What AWS does to functions, by the kinds of the events. */
type TroubleKind =
  | `store-${string}`
  | 'ec2-errors'
  | 'ec2-busy'
  | 'ec2-loses-answers'
  | 'ec2-outlives'
  | 'ec2-events-late'
  | 'old-ec2-event'
  | 'stale-reads'
  | 'crash'
  | 'crash-any'
  | `probe-${string}`;
type Trouble = Extract<SimEvent, { readonly kind: TroubleKind }>;

/** Long over, and delivered once more. */
const AN_HOUR_MS = 3_600_000;

/** What AWS does to the functions of a site. */
export function trouble(event: SimEvent, until: number, site: SimulatedSite): void {
  const { faults, platform } = site;
  const { kind } = event as Trouble;
  const of = event as Trouble & {
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
    case 'store-outlives':
      faults.storeOutlives = { calls: of.calls, byMs: of.byMs };
      return;
    case 'ec2-outlives':
      faults.ec2Outlives = { calls: of.calls, byMs: of.byMs };
      return;
    case 'ec2-events-late':
      faults.ec2EventsLate = { until, byMs: of.byMs, copies: of.copies };
      return;
    case 'old-ec2-event': {
      const { router } = event as Extract<SimEvent, { readonly kind: 'old-ec2-event' }>;
      if (ROUTERS[router].site === site.name) site.ec2Event(ROUTERS[router].instance, 'stopped', { agoMs: AN_HOUR_MS });
      return;
    }
    case 'crash':
    case 'crash-any':
      platform.crashNext = { afterSteps: of.afterSteps, any: kind === 'crash-any' };
      return;
    case 'probe-lost':
    case 'probe-twice':
      site.nextProbe = { kind: kind === 'probe-lost' ? 'lost' : 'twice', byMs: 0 };
      return;
    case 'probe-late':
      site.nextProbe = { kind: 'late', byMs: of.byMs };
  }
}
