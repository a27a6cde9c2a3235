import type { Drill } from '#contracts/drill.ts';
import type { HistoryEntry, PushEntry, SwapEntry } from '#contracts/history.ts';
import { legSays } from '../drill/drill-text.ts';
import { counted } from '../output/counted.ts';
import type { NextCommand } from '../output/next-command.ts';
import { duration } from '../output/time.ts';
import { endOf, pushHeadline } from './push-change.ts';
import { noticedMs } from './timeline.ts';

/** What, why and how long. */
export interface Summary {
  readonly outcome: string;
  /** What happened, as a headline. */
  readonly what: string;
  readonly why: string;
  readonly howLong: {
    /** From the failure's first notice, or the trigger's arrival, to the last accepted ReplaceRoute; null: no route moved. */
    readonly ms: number | null;
    readonly says: string;
    readonly phases: readonly Phase[];
  };
  /** Owner afterwards, and what an operator does next. */
  readonly next: readonly string[];
}

export interface Phase {
  readonly name: string;
  readonly ms: number;
}

/**
 * @param incident its entries, oldest first: a partial swap is finished by a later run
 * @param command of the command line
 */
export function summaryOf(
  site: string,
  entry: HistoryEntry,
  incident: readonly HistoryEntry[],
  command: NextCommand,
): Summary {
  const { outcome, says } = entry;
  if (entry.kind === 'operator' && entry.drill !== undefined) return summaryOfDrill(site, entry.drill, says, command);
  if (entry.kind === 'push') return summaryOfPush(site, entry, command);
  if (entry.kind !== 'swap') {
    return {
      outcome,
      what: HEADLINES[entry.kind](site),
      why: says,
      howLong: { ms: null, says: 'The history records a moment, not a duration.', phases: [] },
      next: [],
    };
  }
  const chain = swapOf(entry, incident);
  return {
    outcome,
    what: headline(site, entry, chain),
    why: says,
    howLong: howLong(entry, chain),
    next: next(site, chain.last, command),
  };
}

function summaryOfPush(site: string, entry: PushEntry, command: NextCommand): Summary {
  const { says, tookMs, reason } = entry;
  const end = endOf(entry);
  const isDone = end === 'done';
  const done = reason.startsWith('programs-') ? 'installed' : 'pushed';
  return {
    outcome: isDone ? done : end === 'unknown' ? 'unknown' : 'failed',
    what: pushHeadline(site, entry),
    why: says,
    howLong: { ms: null, says: `${seconds(tookMs)} from the request for the site to this entry.`, phases: [] },
    next: isDone ? [] : [lookAfterPush(site, entry, command)],
  };
}

/** How to see what a router has after a push or an installation that did not end well. */
function lookAfterPush(site: string, { reason, detail }: PushEntry, command: NextCommand): string {
  if (reason.startsWith('programs-'))
    return `To see which programs the routers have now: ${command('router', 'install', site, '--dry-run')}`;
  return detail === undefined
    ? `To see how the routers differ from the topology now: ${command('config', 'push', '--site', site, '--dry-run')}`
    : `To see how ${detail.router} differs from the topology now: ${command('config', 'diff', '--router', detail.router)}`;
}

function summaryOfDrill(site: string, drill: Drill, says: string, command: NextCommand): Summary {
  const { outcome, from, to, returned, legs, budgetMs } = drill;
  const outages = legs.flatMap(({ outageMs, sent }) => (sent === undefined ? [] : [outageMs ?? 0]));
  return {
    outcome,
    what: `Drill of ${site}, ${outcome}: routes from ${from} to ${to}${returned ? ' and back' : '; they have not returned'}`,
    why: says,
    howLong: {
      ms: outages.length === 0 ? null : Math.max(...outages),
      says: [
        ...(outages.length === 0 ? [] : [`The longest time without replies; the budget was ${seconds(budgetMs)}.`]),
        ...legs.map((leg) => `${legSays(leg)}.`),
      ].join(' '),
      phases: [],
    },
    next: [
      returned
        ? `${from} has the routes again.`
        : `To return the routes: ${command('switchover', site, '--to', from, '--reason', 'TEXT')}`,
      `For the trend: ${command('drill', site, '--history')}`,
    ],
  };
}

/** The runs of one swap: the first one that has an entry, and the last one. */
interface Chain {
  readonly first: SwapEntry;
  readonly last: SwapEntry;
}

/** A partial swap, and the runs that finish it, belong together. */
function swapOf(entry: SwapEntry, incident: readonly HistoryEntry[]): Chain {
  const swaps = incident.flatMap((each) => (each.kind === 'swap' ? [each] : []));
  let [first, last] = [entry, entry];
  for (const each of swaps.toReversed())
    if (each.at < first.at && first.reason === 'finish-swap' && each.outcome === 'partial') first = each;
  for (const each of swaps)
    if (each.at > last.at && last.outcome === 'partial' && each.reason === 'finish-swap') last = each;
  return { first, last };
}

const HEADLINES = {
  event: (site: string) => `AWS announced an event of a router of ${site}`,
  operator: (site: string) => `An operator changed ${site}`,
} as const;

function headline(site: string, entry: SwapEntry, { last }: Chain): string {
  const { outcome, moved, owner, detail, reason } = entry;
  const from = detail?.diagnosis.subject.name;
  const to = owner ?? detail?.diagnosis.target.name ?? 'the other router';
  const total = detail?.counts.routes;
  switch (outcome) {
    case 'swapped':
      return `${counted(moved, 'route')} of ${site} moved${from === undefined ? '' : ` from ${from}`} to ${to}`;
    case 'partial':
      return `Only ${moved} of ${total ?? 'the'} routes of ${site} moved to ${detail?.diagnosis.target.name ?? 'the target'}${finish(entry, last)}`;
    case 'refused':
      return `No route of ${site} moved: the rule ${reason} refused it`;
    case 'noted':
      return `No route of ${site} moved: route-swap recorded what it observed`;
    case 'already':
      return `No route of ${site} had to move`;
  }
}

function finish(entry: SwapEntry, last: SwapEntry): string {
  if (last === entry) return '';
  const after = seconds(last.at - entry.at);
  return last.outcome === 'swapped' ? ` at first; the others ${after} later` : `, and not all of them ${after} later`;
}

function howLong(entry: SwapEntry, { first, last: end }: Chain): Summary['howLong'] {
  const { times, tookMs, detail, outcome, detector } = entry;
  const from = noticedMs(entry);
  const last = times?.lastAccepted;
  if (times === undefined || last === undefined) {
    const says = `route-swap answered after ${seconds(tookMs)}.${outcome === 'swapped' ? ' This entry has no times of its steps.' : ''}`;
    return { ms: null, says, phases: [] };
  }
  const start =
    detail?.trigger.kind === 'operator' || detector === 'operator'
      ? 'the request'
      : from === 0
        ? 'the trigger'
        : detail?.trigger.kind === 'ec2'
          ? "the time of EC2's event, which is in whole seconds,"
          : "the detector's first notice";
  const resumed = began(entry);
  const whole = (end.times?.lastAccepted ?? end.tookMs) + arrival(end) - arrival(first) - noticedMs(first);
  if (first !== end) {
    const runs = `${seconds(whole)} from the first notice of the failure to the last ReplaceRoute that EC2 accepted, in more than one run.`;
    return { ms: whole, says: `${runs} This run: ${seconds(last - from)}.`, phases: phasesOf(times, from, tookMs) };
  }
  const says = [
    `${seconds(last - from)} from ${start} to the last ReplaceRoute that EC2 accepted.`,
    ...(resumed === undefined ? [] : [resumed]),
    ...(from < 0 ? ['The history does not record when the router failed, only when the detector noticed it.'] : []),
  ].join(' ');
  return { ms: last - from, says, phases: phasesOf(times, from, tookMs) };
}

const arrival = ({ at, tookMs }: SwapEntry) => at - tookMs;

/** A run that finishes an interrupted swap: the swap began earlier, and the entry has only its own times. */
function began({ reason, detail, at, tookMs }: SwapEntry): string | undefined {
  const beganAt = detail?.seen.stored.lastBeganAt;
  if (reason !== 'finish-swap' || beganAt === undefined) return undefined;
  return `The swap began ${seconds(at - tookMs - beganAt)} before this run, and an earlier run did not finish it.`;
}

function phasesOf(
  { prepared, decided, begun, lastAccepted = decided }: NonNullable<SwapEntry['times']>,
  from: number,
  tookMs: number,
): readonly Phase[] {
  const start = begun ?? decided;
  return [
    ...(from < 0 ? [{ name: 'confirm and report', ms: -from }] : []),
    { name: prepared === undefined ? 'observe and decide' : 'read the store, take the lease, decide', ms: decided },
    ...(begun === undefined || prepared !== undefined ? [] : [{ name: 'lease and journal', ms: begun - decided }]),
    { name: 'replace the routes', ms: lastAccepted - start },
    { name: 'read back', ms: Math.max(0, tookMs - lastAccepted) },
  ];
}

function next(site: string, { outcome, owner, detail }: SwapEntry, command: NextCommand): readonly string[] {
  const preferred = detail?.seen.site.routers.active.name;
  const status = command('status', site);
  if (outcome === 'partial') return [`Routes are split. To see whether they still are: ${status}`];
  if (owner === undefined) return [`The routes have no single owner. To see where they are now: ${status}`];
  const isPreferred = preferred === undefined || owner === preferred;
  return [
    `${owner} held the routes afterwards${isPreferred ? '' : `; the topology prefers ${preferred}`}.`,
    ...(isPreferred ? [] : [`When ${preferred} is fit again: ${command('failback', site, '--reason', 'TEXT')}`]),
    `To see where the routes are now: ${status}`,
  ];
}

/** `0.41 s`; below 10 ms in ms. */
export function seconds(ms: number): string {
  if (Math.abs(ms) < 10) return `${Math.round(ms)} ms`;
  return Math.abs(ms) < 100_000 ? `${(ms / 1000).toFixed(2)} s` : `${duration(ms)}`;
}
