import type { EventDetail } from '#contracts/events.ts';
import type { Health, SiteSeverity } from '#failover/stored-state.ts';
import type { Tick } from '../incoming.ts';
import { type Condition, type Memory, SITE, withCondition } from '../memory.ts';
import type { NotifiedSite } from '../message.ts';
import { degradedMessage, recoveredMessage } from '../texts/health-texts.ts';
import { type News, nothing } from './news.ts';

export interface HealthEvent {
  readonly id: string;
  readonly at: number;
  readonly detail: EventDetail<'Site Degraded'>;
}

/** Diagnoses that mean lost traffic in an event of an earlier version, which has no severity. */
const DOWN: ReadonlySet<string> = new Set(['BothUnfit', 'NoRouteOfThePair']);

/** A failover, a refusal, or one alarm, has announced this already if it was this recent. */
const SAME_OUTCOME_MS = 15 * 60_000;

/** The probe has found the site degraded in three rounds, or more or less serious than before. */
export function degraded(event: HealthEvent, memory: Memory, site: NotifiedSite): News {
  const { detail, at } = event;
  const before = memory.conditions[SITE];
  const severity = detail.severity ?? (DOWN.has(detail.diagnosis) ? 'down' : 'degraded');
  if (severity === 'degraded' && isLate(at, before)) return nothing(memory);
  const message = degradedMessage(event, severity, before, site);
  const after = conditionAfter(event, severity, before, message.title);
  const known = withCondition(memory, SITE, after);
  return isAnnounced(detail.diagnosis, severity, at, memory) ? nothing(known) : { memory: known, messages: [message] };
}

function conditionAfter(
  { detail: { diagnosis, since }, at }: HealthEvent,
  severity: SiteSeverity,
  before: Condition | undefined,
  title: string,
): Condition {
  const began = before?.since ?? (since === undefined ? at : Date.parse(since));
  const downSince = severity === 'down' ? (before?.downSince ?? at) : undefined;
  return { severity, since: began, downSince, title, diagnosis, changedAt: at };
}

/**
 * Whether a message has said this: the probe confirms what a failover or a refusal showed (after a failover the router that lost the
 * routes is not fit), or the alarm on the same metric came first.
 */
function isAnnounced(diagnosis: string, severity: SiteSeverity, at: number, { conditions }: Memory): boolean {
  const before = conditions[SITE];
  if (before === undefined) {
    const alarm = conditions['alarm:not-ready'];
    return (
      severity === 'degraded' &&
      alarm !== undefined &&
      alarm.pending === undefined &&
      at - alarm.changedAt < SAME_OUTCOME_MS
    );
  }
  if (before.severity !== severity) return false;
  if (before.diagnosis !== undefined) return before.diagnosis === diagnosis;
  return severity === 'down' || FOLLOWS_A_FAILOVER.has(diagnosis);
}

const FOLLOWS_A_FAILOVER: ReadonlySet<string> = new Set(['StandbyUnfit', 'Healthy', 'OwnerEventDue']);

/** The probe has found the site well in three rounds. */
export function recovered(event: HealthEvent, memory: Memory): News {
  const before = memory.conditions[SITE];
  if (isLate(event.at, before)) return nothing(memory);
  const since = before?.since ?? (event.detail.since === undefined ? undefined : Date.parse(event.detail.since));
  const message = recoveredMessage({ ...event, since, downSince: before?.downSince });
  return { memory: withCondition(memory, SITE, undefined), messages: [message] };
}

/** An event from before the last one about the condition. It says nothing about now; what the probe has stored does. */
function isLate(at: number, before: Condition | undefined): boolean {
  return before !== undefined && at < before.changedAt;
}

/** Three rounds of the probe, and one that may be late. */
const DECIDED_MS = 5 * 60_000;
/** No round in this time: the probe does not run, and its stored health says nothing about now. */
const ROUND_RECENT_MS = 3 * 60_000;

/** Whether the site's condition is old enough to be compared with what the probe has stored. */
export function isToBeCompared({ conditions }: Memory, now: number): boolean {
  const condition = conditions[SITE];
  return condition !== undefined && now - condition.changedAt >= DECIDED_MS;
}

/**
 * Whether the probe has stored something else than it has announced: its event was lost, or arrived too late. An event that is under way
 * is not lost: a recovery is announced when it is three rounds old.
 */
function isEventLost({ severity }: Condition, health: Health | undefined, at: number): boolean {
  if (health === undefined) return false;
  if (health.state === 'well') return at - health.since >= DECIDED_MS;
  return health.severity !== undefined && health.severity !== severity;
}

/**
 * The probe announced nothing, because it found the site well, or no worse than it had announced before; or its event did not arrive.
 * Otherwise the condition would never end, and hide the next failure.
 */
export function settled({ id, at, probe }: Tick, memory: Memory, site: NotifiedSite): News {
  const before = memory.conditions[SITE];
  const health = probe?.health;
  const isFresh = probe?.lastRoundAt !== undefined && at - probe.lastRoundAt < ROUND_RECENT_MS;
  if (before === undefined || !isToBeCompared(memory, at) || !isFresh || health?.changing !== undefined)
    return nothing(memory);
  if (before.diagnosis !== undefined && !isEventLost(before, health, at)) return nothing(memory);
  const { since, downSince } = before;
  if (health === undefined || health.state === 'well') {
    const says = `${site.name} can fail over again.`;
    const message = recoveredMessage({ id, at, since, downSince, detail: { says } });
    return { memory: withCondition(memory, SITE, undefined), messages: [message] };
  }
  const { severity = 'degraded', diagnosis = 'Healthy', problems } = health;
  const detail = {
    topology: site.topology,
    site: site.name,
    diagnosis,
    problems,
    severity,
    since: new Date(since).toISOString(),
    says: `${site.name} could not fail over as it should: ${problems.join('; ')}.`,
    at: new Date(at).toISOString(),
  };
  return degraded({ id, at, detail }, memory, site);
}
