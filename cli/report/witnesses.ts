import type { SwapEntry } from '#contracts/history.ts';
import type { SwapDetail } from '#contracts/swap-detail.ts';
import { decisiveEvidence } from '#failover/fitness.ts';
import type { BgpEvidence, RouterFacts } from '#failover/observation.ts';
import { routerAt, routersOf } from '#failover/site.ts';
import { duration } from '../output/time.ts';
import { evidenceTexts } from '../views/report-evidence.ts';
import { distinct } from './evidence.ts';

/** What one source said of a router. */
export interface WitnessView {
  readonly who: string;
  readonly about: string;
  readonly says: string;
  /** ms before the observation that the decision rests on; null: read for that observation. */
  readonly ageMs: number | null;
  /** How the rules used it. */
  readonly use: string;
}

/** When a source said it: `10.2 s before`, beside the observation that the decision rests on. */
export function whenText({ ageMs }: Pick<WitnessView, 'ageMs'>): string {
  if (ageMs === null) return 'at the observation';
  return ageMs < 120_000 ? `${(ageMs / 1000).toFixed(1)} s before` : `${duration(ageMs)} before`;
}

export function witnessViews(entry: SwapEntry): readonly WitnessView[] {
  const { detail, evidence = null } = entry;
  const confirmation = evidenceTexts(evidence);
  const reporter = detail?.trigger.kind === 'report' ? detail.trigger.reporter : 'the reporter';
  const subject = detail?.trigger.kind === 'report' ? detail.trigger.subject : 'its peer';
  return [
    ...(detail === undefined ? [] : ofTrigger(detail)),
    ...confirmation.map((says) => ({
      who: reporter,
      about: subject,
      says,
      ageMs: null,
      use: 'recorded with the report',
    })),
    ...(detail === undefined ? [] : [...ofRouters(detail), ...ofOtherSites(detail), ...confirming(detail)]),
  ];
}

function ofTrigger({ trigger, seen }: SwapDetail): readonly WitnessView[] {
  switch (trigger.kind) {
    case 'report': {
      const { reporter, subject, detector, event, noticedAt } = trigger;
      const says = `${subject} ${event === 'left' ? 'left' : 'does not answer'} (${detector})`;
      return [
        {
          who: reporter,
          about: subject,
          says,
          ageMs: noticedAt === undefined ? null : seen.at - noticedAt,
          use: 'the trigger',
        },
      ];
    }
    case 'ec2': {
      const { instance, state, at } = trigger;
      const about = Object.entries(seen.routers).find(([, facts]) => facts.attachedTo === instance)?.[0] ?? instance;
      return [
        {
          who: 'EC2',
          about,
          says: `${instance} is ${state}`,
          ageMs: at === undefined ? null : seen.at - at,
          use: 'the trigger',
        },
      ];
    }
    case 'operator':
      return [
        {
          who: trigger.by,
          about: trigger.to,
          says: `requests a ${trigger.act} (${trigger.reason})`,
          ageMs: null,
          use: 'the trigger',
        },
      ];
    case 'probe':
      return [];
  }
}

function ofRouters({ seen }: SwapDetail): readonly WitnessView[] {
  return routersOf(seen.site).flatMap(({ name, eni }) => {
    const facts = seen.routers[name];
    if (facts === undefined) return [];
    const maintenance = seen.stored.maintenance[eni];
    return [
      { who: 'EC2', about: name, says: ec2Text(facts), ageMs: null, use: 'observed' },
      ...distinct(facts.evidence).map((each) => evidenceView(each, name, facts, seen.at)),
      ...(facts.contactAt === undefined
        ? []
        : [
            {
              who: name,
              about: name,
              says: 'its last message of any kind',
              ageMs: seen.at - facts.contactAt,
              use: 'shows that its reports arrive',
            },
          ]),
      ...(maintenance === undefined
        ? []
        : [
            {
              who: maintenance.by,
              about: name,
              says: `maintenance (${maintenance.reason})`,
              ageMs: seen.at - maintenance.since,
              use: 'it is no target',
            },
          ]),
    ];
  });
}

function ec2Text({ instance, statusChecks, interface: attached, sourceDestCheck }: RouterFacts): string {
  const check = sourceDestCheck === 'unknown' ? 'unknown' : sourceDestCheck ? 'on' : 'off';
  return `instance ${instance}, status checks ${statusChecks}, interface ${attached}, source/dest check ${check}`;
}

function evidenceView(each: BgpEvidence, name: string, { evidence }: RouterFacts, now: number): WitnessView {
  const { configured, established, receiving } = each.bgp.tunnels;
  const decisive = decisiveEvidence(evidence, now);
  const isDecisive = decisive?.by === each.by && decisive.at === each.at;
  return {
    who: each.by === 'itself' ? name : 'health-probe',
    about: name,
    says: `${established} of ${configured} eBGP sessions Established, ${receiving} of them with prefixes`,
    ageMs: now - each.at,
    use: isDecisive ? 'decides whether it is fit' : 'superseded or too old',
  };
}

function ofOtherSites({ seen }: SwapDetail): readonly WitnessView[] {
  return seen.stored.witnessReports.map(({ by, about, at }) => ({
    who: by,
    about: routerAt(seen.site, about)?.name ?? about,
    says: 'lost contact with it',
    ageMs: seen.at - at,
    use: 'report from another site',
  }));
}

function confirming({ diagnosis }: SwapDetail): readonly WitnessView[] {
  return diagnosis.witnesses.map(({ who, says }) => ({
    who,
    about: diagnosis.subject.name,
    says,
    ageMs: null,
    use: 'counts as a second witness',
  }));
}
