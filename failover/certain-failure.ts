import { factsOf, type Observation, routesOfThePair } from './observation.ts';
import type { ManagedRouter } from './site.ts';

/** Instance states of a router that cannot forward. `pending` is on its way, `unknown` proves nothing. */
export const NOT_RUNNING: ReadonlySet<string> = new Set(['stopping', 'stopped', 'shutting-down', 'terminated']);

/** EC2's own word that a router cannot forward: it needs no witness, and no hold-down stands against it (rule 2). */
export interface CertainFailure {
  readonly kind: 'OwnerNotRunning' | 'OwnerCannotForward';
  /** A clause. */
  readonly says: string;
}

/** Undefined: EC2 says nothing of the kind. */
export function certainFailure(observation: Observation, router: ManagedRouter): CertainFailure | undefined {
  const facts = factsOf(observation, router);
  if (NOT_RUNNING.has(facts.instance)) {
    return { kind: 'OwnerNotRunning', says: `EC2 says that ${router.name} is ${facts.instance}` };
  }
  const says = interfaceFailure(observation, router);
  return says === undefined ? undefined : { kind: 'OwnerCannotForward', says };
}

function interfaceFailure(observation: Observation, router: ManagedRouter): string | undefined {
  const facts = factsOf(observation, router);
  const its = `the interface of ${router.name} (${router.eni})`;
  if (facts.interface === 'missing') return `EC2 says that ${its} is gone`;
  if (facts.interface === 'detached') return `EC2 says that ${its} is attached to no instance`;
  if (facts.interface === 'elsewhere') return `EC2 says that ${its} is attached to another instance`;
  if (facts.sourceDestCheck === true) {
    return `the source/dest check of ${its} is on, so EC2 drops what it forwards`;
  }
  const own = routesOfThePair(observation).filter(({ target }) => target === router.eni);
  const blackhole = own.length > 0 && own.every(({ state }) => state === 'blackhole');
  return blackhole ? `EC2 says that the routes at ${router.name} are a blackhole` : undefined;
}
