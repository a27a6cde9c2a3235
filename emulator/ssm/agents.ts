import type { Undelivered } from './command.ts';

/**
 * `offline`: registered and unreachable; SSM accepts commands for it, which wait. `unregistered`: never registered, or
 * deregistered; SSM refuses commands for it.
 */
export const AGENT_STATES = ['online', 'offline', 'unregistered'] as const;
type AgentState = (typeof AGENT_STATES)[number];

type Listener = (change: { readonly region: string; readonly instance: string; readonly state: AgentState }) => void;

/** The first that knows `interpolationType: ENV_VAR`: older ones run the script without the variables. */
const AGENT_WITH_VARIABLES = '3.3.2746.0';

/** The SSM agents of all instances, as far as the service can reach them. What else the instances do goes on. */
export class Agents {
  readonly #states = new Map<string, AgentState>();
  readonly #failures = new Map<string, Undelivered>();
  readonly #versions = new Map<string, string>();
  readonly #listeners = new Set<Listener>();

  /** Default `online`. */
  get(region: string, instance: string): AgentState {
    return this.#states.get(`${region}/${instance}`) ?? 'online';
  }

  set(region: string, instance: string, state: AgentState): void {
    this.#states.set(`${region}/${instance}`, state);
    for (const listener of this.#listeners) listener({ region, instance, state });
  }

  /** Why SSM ends every new command for the instance before it runs; undefined: it does not. */
  failure(region: string, instance: string): Undelivered | undefined {
    return this.#failures.get(`${region}/${instance}`);
  }

  /** @param failure undefined: commands arrive again */
  fail(region: string, instance: string, failure: Undelivered | undefined): void {
    if (failure === undefined) this.#failures.delete(`${region}/${instance}`);
    else this.#failures.set(`${region}/${instance}`, failure);
  }

  /** Default `AGENT_WITH_VARIABLES`. */
  version(region: string, instance: string): string {
    return this.#versions.get(`${region}/${instance}`) ?? AGENT_WITH_VARIABLES;
  }

  setVersion(region: string, instance: string, version: string): void {
    this.#versions.set(`${region}/${instance}`, version);
  }

  /** https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html */
  knowsVariables(region: string, instance: string): boolean {
    const numbers = (version: string) => version.split('.').map(Number);
    const [has, least] = [numbers(this.version(region, instance)), numbers(AGENT_WITH_VARIABLES)];
    const at = least.findIndex((number, index) => number !== has[index]);
    return at < 0 || (has[at] ?? 0) > (least[at] ?? 0);
  }

  onChange(listener: Listener): void {
    this.#listeners.add(listener);
  }
}
