import type { SwapDetail } from '#contracts/swap-detail.ts';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { type Decision, decide } from '#failover/decision.ts';
import { diagnose } from '#failover/diagnosis.ts';
import type { BgpEvidence, Observation, RouterFacts } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';

/** One difference to what was observed, and the decision that the rules take with it. */
export interface Variation {
  /** A clause that follows "if". */
  readonly condition: string;
  /** `swap`, `note`, `refuse`, … */
  readonly kind: string;
  readonly reason: string;
  readonly says: string;
}

/**
 * The differences that lead to another decision on the same observation. Empty: none of those tried does. Undefined: the rules of this
 * version decide otherwise than the recorded run did, so nothing can be said about it.
 */
export function variationsOf({ seen, trigger, decision }: SwapDetail): readonly Variation[] | undefined {
  const observation: Observation = { ...seen, trigger };
  const own = decide(observation);
  if (own.kind !== decision.kind || own.reason !== decision.reason) return undefined;
  return changesTo(observation).flatMap(({ condition, changed }) => {
    const other = decide(changed);
    return isAlike(own, other) ? [] : [{ condition, kind: other.kind, reason: other.reason, says: other.says }];
  });
}

/** Of two swaps, the reason may differ: the routes move all the same. */
function isAlike(one: Decision, other: Decision): boolean {
  if (one.kind !== other.kind) return false;
  return one.kind === 'swap' && other.kind === 'swap'
    ? one.target.name === other.target.name
    : one.reason === other.reason;
}

interface Change {
  readonly condition: string;
  readonly changed: Observation;
}

function changesTo(observation: Observation): readonly Change[] {
  const { trigger, at } = observation;
  const { subject, target } = diagnose(observation);
  const path = (router: ManagedRouter, when: number): BgpEvidence => ({ by: 'itself', at: when, bgp: allUp(router) });
  const noticed = trigger.kind === 'report' ? (trigger.noticedAt ?? trigger.at) : at;
  const well = { instance: 'running', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' } as const;
  const facts = (router: ManagedRouter, change: Partial<RouterFacts>) => withFacts(observation, router, change);
  return [
    {
      condition: `${subject.name} had claimed a working path after the failure was noticed`,
      changed: facts(subject, { evidence: [path(subject, Math.max(noticed + 1, at))] }),
    },
    { condition: `EC2 had shown ${subject.name} as running, attached and forwarding`, changed: facts(subject, well) },
    { condition: `EC2 had reported that ${subject.name} is stopped`, changed: facts(subject, { instance: 'stopped' }) },
    {
      condition: `${target.name} had not been proven fit`,
      changed: facts(target, { evidence: [{ ...path(target, at), bgp: allDown(target) }] }),
    },
    {
      condition: `${target.name} had been proven fit`,
      changed: withoutMaintenance(facts(target, { ...well, evidence: [path(target, at)] }), target),
    },
    {
      condition: `a router of another site had lost contact with ${subject.name} too`,
      changed: withWitness(observation, subject),
    },
    {
      condition: 'only health-probe had asked',
      changed: { ...observation, trigger: { kind: 'probe', id: trigger.id } },
    },
    ...changesOfSettings(observation),
    {
      condition: `an operator had requested a switchover to ${target.name}`,
      changed: {
        ...observation,
        trigger: {
          kind: 'operator',
          id: '',
          act: 'switchover',
          to: target.name,
          by: 'an operator',
          reason: 'report',
          overrides: [],
        },
      },
    },
  ];
}

/** Policy, pause, hold-down and the store. */
function changesOfSettings(observation: Observation): readonly Change[] {
  const { site, stored } = observation;
  const policy = (change: Partial<typeof site.policy>) => ({
    ...observation,
    site: { ...site, policy: { ...site.policy, ...change } },
  });
  return [
    { condition: 'the policy were prefer: safety', changed: policy({ prefer: 'safety' }) },
    { condition: 'the policy were prefer: availability', changed: policy({ prefer: 'availability' }) },
    { condition: 'the policy were mode: automatic', changed: policy({ mode: 'automatic' }) },
    { condition: 'the policy were mode: observe', changed: policy({ mode: 'observe' }) },
    { condition: 'the site had not been paused', changed: { ...observation, stored: { ...stored, pause: undefined } } },
    {
      condition: 'there had been no automatic swap before',
      changed: { ...observation, stored: { ...stored, automaticSwaps: [] } },
    },
    { condition: "the site's store had answered", changed: { ...observation, stored: { ...stored, reachable: true } } },
    {
      condition: "the site's store had not answered",
      changed: { ...observation, stored: { ...stored, reachable: false } },
    },
  ];
}

function withFacts(observation: Observation, { name }: ManagedRouter, change: Partial<RouterFacts>): Observation {
  const known = observation.routers[name];
  return known === undefined
    ? observation
    : { ...observation, routers: { ...observation.routers, [name]: { ...known, ...change } } };
}

function withoutMaintenance(observation: Observation, { eni }: ManagedRouter): Observation {
  const { [eni]: _, ...maintenance } = observation.stored.maintenance;
  return { ...observation, stored: { ...observation.stored, maintenance } };
}

function withWitness(observation: Observation, { eni }: ManagedRouter): Observation {
  const { stored, at } = observation;
  const witnessReports = [...stored.witnessReports, { by: 'another router', about: eni, at }];
  return { ...observation, stored: { ...stored, witnessReports } };
}

function sessions({ bgp }: ManagedRouter, isUp: boolean): BgpCounts {
  const configured = Math.max(1, bgp.tunnels.length);
  const up = isUp ? configured : 0;
  return {
    tunnels: { configured, established: up, receiving: up, unreadable: 0 },
    pair: { configured: 1, established: 1, receiving: 1, unreadable: 0 },
  };
}
const allUp = (router: ManagedRouter) => sessions(router, true);
const allDown = (router: ManagedRouter) => sessions(router, false);
