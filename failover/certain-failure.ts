import { factsOf, type Observation, routesOfThePair } from './observation.ts';
import type { ManagedRouter } from './site.ts';

/** Instance states in which a router cannot forward. `pending` is starting, `unknown` is no evidence. */
export const NOT_RUNNING: ReadonlySet<string> = new Set(['stopping', 'stopped', 'shutting-down', 'terminated']);

/** EC2 itself reports that a router cannot forward. No witness is needed, and hold-down does not apply (rule 2). */
export interface CertainFailure {
  readonly kind: 'OwnerNotRunning' | 'OwnerCannotForward';
  /** A clause. */
  readonly says: string;
}

/** The certain failure of a router; undefined: EC2 reports none. */
export function certainFailure(observation: Observation, router: ManagedRouter): CertainFailure | undefined {
  const facts = factsOf(observation, router);
  if (NOT_RUNNING.has(facts.instance)) {
    return { kind: 'OwnerNotRunning', says: `EC2 reports that ${router.name} is ${facts.instance}` };
  }
  const says = interfaceFailure(observation, router);
  return says === undefined ? undefined : { kind: 'OwnerCannotForward', says };
}

function interfaceFailure(observation: Observation, router: ManagedRouter): string | undefined {
  const facts = factsOf(observation, router);
  const its = `the interface of ${router.name} (${router.eni})`;
  if (facts.interface === 'missing') return `EC2 reports that ${its} does not exist`;
  if (facts.interface === 'detached') return `EC2 reports that ${its} is attached to no instance`;
  if (facts.interface === 'elsewhere') return `EC2 reports that ${its} is attached to another instance`;
  if (facts.sourceDestCheck === true) {
    return `the source/dest check of ${its} is on, so EC2 drops forwarded packets`;
  }
  const own = routesOfThePair(observation).filter(({ target }) => target === router.eni);
  const blackhole = own.length > 0 && own.every(({ state }) => state === 'blackhole');
  return blackhole ? `EC2 reports the routes to ${router.name} as blackhole` : undefined;
}
