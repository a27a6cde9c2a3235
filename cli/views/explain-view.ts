import type { History } from '#contracts/history.ts';
import type { SiteStatus } from '#contracts/site-status.ts';
import type { SessionCount } from '#failover/bgp-counts.ts';
import { type ManagedSite, routerAt, routersOf } from '#failover/site.ts';
import type { ProbeRound } from '#failover/stored-state.ts';
import type { Colours } from '../output/colours.ts';
import { counted } from '../output/counted.ts';
import { indent, indented } from '../output/indent.ts';
import type { NextCommand } from '../output/next-command.ts';
import { renderTable } from '../output/table.ts';
import { duration, utcTime, withMinutes } from '../output/time.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { aboutEvents } from './attention.ts';
import { type HistoryView, historyView } from './history-view.ts';
import { observationOf } from './observation-of.ts';
import { evidenceTexts } from './report-evidence.ts';
import { ruleText } from './rule-texts.ts';
import { shorten, withoutCause, withoutEvent } from './said-once.ts';
import { causeTexts, ebgpText } from './show-site.ts';
import { type RouterView, type SiteView, siteView } from './site-view.ts';
import { type WhatIfView, whatIf } from './what-if.ts';
import { whatWouldChange } from './what-would-change.ts';

/** Why the rules decide as they do, as in `explain --json`. */
export interface ExplainView {
  readonly site: SiteView;
  /** Scheduled events of the routers' instances, each with the command that avoids its effect. */
  readonly announced: readonly string[];
  /** Witnesses against the router in question. */
  readonly witnesses: readonly { readonly who: string; readonly says: string }[];
  /** Probe rounds, newest first: sessions of each router; null: it did not answer. */
  readonly probeRounds: readonly ProbeRoundView[];
  readonly testimonies: readonly { readonly by: string; readonly about: string; readonly ageS: number }[];
  /** Text of the rule that applies; null: this version does not know it. */
  readonly rule: string | null;
  readonly wouldChange: readonly string[];
  readonly ifItHappenedNow: readonly WhatIfView[];
  readonly lastRefusal: HistoryView | null;
}

interface ProbeRoundView {
  readonly ageS: number;
  readonly ebgp: Readonly<Record<string, SessionCount | null>>;
}

/** @param next of the command line */
export function explainView(siteRef: SiteRef, status: SiteStatus, history: History, next: NextCommand): ExplainView {
  const { seen, owner, diagnosis, decision } = status;
  const { at, stored } = seen;
  const site = siteView(siteRef, status, next);
  const age = (then: number) => Math.max(0, Math.round((at - then) / 1000));
  return {
    site,
    announced: aboutEvents(observationOf(status)),
    witnesses: diagnosis.witnesses,
    probeRounds: stored.probes.map((round) => ({ ageS: age(round.at), ebgp: ebgpIn(round, seen.site) })).toReversed(),
    testimonies: stored.witnessReports.map(({ by, about, at: said }) => {
      return { by, about: routerAt(seen.site, about)?.name ?? about, ageS: age(said) };
    }),
    rule: ruleText(decision.reason) ?? null,
    wouldChange: whatWouldChange(site, status, next),
    ifItHappenedNow: whatIf(observationOf(status), owner),
    lastRefusal: historyView(history).find(({ outcome }) => outcome === 'refused') ?? null,
  };
}

function ebgpIn({ readings }: ProbeRound, site: ManagedSite): ProbeRoundView['ebgp'] {
  const known = routersOf(site).filter(({ eni }) => readings[eni] !== undefined);
  return Object.fromEntries(known.map(({ name, eni }) => [name, readings[eni]?.bgp.tunnels ?? null]));
}

/** Each reason stands once: why a router is not fit under Observation, and the cause of the decision under Diagnosis. */
export function showExplanation(view: ExplainView, { bold, columns }: Colours): string {
  const { site, announced, rule, wouldChange, ifItHappenedNow, lastRefusal } = view;
  const { diagnosis, decision } = site;
  const once = (text: string) => shorten(text, site.routers);
  return [
    `${bold(site.name)}  ${site.region}, observed at ${utcTime(Date.parse(site.at))}`,
    section('Observation', [...site.routers.flatMap(routerLines), ...announced, ...witnessLines(view, columns)]),
    section('Diagnosis', [`${diagnosis.kind}: ${once(diagnosis.says)}`, ...causeTexts(site)]),
    section('Decision', [
      decided(decision, withoutCause(once(decision.says), once(diagnosis.says))),
      ...(rule === null ? [] : [`rule: ${rule}`]),
    ]),
    section('What would change it', wouldChange.map(once)),
    section(
      'If it happened now',
      ifItHappenedNow.map((each) => `${each.event}\n  → ${decided(each, withoutEvent(once(each.says), each.event))}`),
    ),
    section(
      'Last refusal',
      lastRefusal === null
        ? ['none in the recent history']
        : [
            `${utcTime(Date.parse(lastRefusal.at))}  ${lastRefusal.detector}  ${lastRefusal.reason}: ${lastRefusal.says}`,
            ...evidenceTexts(lastRefusal.evidence),
          ],
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n');

  function section(title: string, lines: readonly string[]): string {
    return lines.length === 0 ? '' : [bold(title), indent(withMinutes(lines.join('\n')))].join('\n');
  }
}

function decided({ kind, reason }: { readonly kind: string; readonly reason: string }, says: string): string {
  return `${kind} (${reason})${says === '' ? '' : `: ${says}`}`;
}

function routerLines({ name, role, routes, instance, statusChecks, sourceDestCheck, ...more }: RouterView): string[] {
  const check = sourceDestCheck === 'unknown' ? 'unknown' : sourceDestCheck ? 'on' : 'off';
  return [
    `${name}  ${role}, ${routes === 0 ? 'no routes' : counted(routes, 'route')}, ${more.fit ? 'fit' : `not fit: ${more.unfit.join('; ')}`}`,
    `  EC2: instance ${instance}, status checks ${statusChecks}, interface ${more.interface}, source/dest check ${check}`,
    `  eBGP sessions up: ${more.ebgp.length === 0 ? 'unknown' : more.ebgp.map(ebgpText).join('; ')}`,
  ];
}

function witnessLines({ witnesses, probeRounds, testimonies, site }: ExplainView, columns?: number): string[] {
  const names = site.routers.map(({ name }) => name);
  const rounds = probeRounds.map(({ ageS, ebgp }) => [
    `${duration(ageS * 1000)} ago`,
    ...names.map((name) => sessionsText(ebgp[name])),
  ]);
  return [
    ...site.foreignRoutes.map(({ says }) => says),
    ...(rounds.length === 0
      ? ['the health probe has not run yet']
      : renderTable(['PROBE', ...names], rounds, indented(columns)).split('\n')),
    ...testimonies.map(
      ({ by, about, ageS }) => `${by} reported that it lost contact with ${about}, ${duration(ageS * 1000)} ago`,
    ),
    ...witnesses.map(({ who, says }) => `witness ${who}: ${says}`),
  ];
}

/** Undefined: the round was of another pair. */
function sessionsText(count: SessionCount | null | undefined): string {
  if (count === undefined) return '–';
  return count === null ? 'no answer (unknown, not down)' : `${count.established}/${count.configured}`;
}
