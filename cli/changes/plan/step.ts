/** The steps of a change, in the words of an operator. */
import type { ManagedRoute } from '#failover/site.ts';
import type { FormerSite } from '../situation.ts';

/** `command`: what does it, for the shell. `costs`: what it means for traffic, failover and messages, as sentences. */
interface Said {
  readonly says: string;
  readonly command: string;
  readonly costs: readonly string[];
}

export type Step = Said &
  (
    | { readonly kind: 'keys' }
    /** By the operator. */
    | { readonly kind: 'routes'; readonly site: string; readonly routes: readonly ManagedRoute[] }
    | { readonly kind: 'switchover'; readonly site: string; readonly to: string }
    /** By the operator: attaches the instance of the file. */
    | { readonly kind: 'attach'; readonly site: string; readonly router: string }
    /** Deletes the stacks of a site by its deployed names. */
    | { readonly kind: 'destroy'; readonly site: string; readonly former: FormerSite }
    | { readonly kind: 'deploy'; readonly sites: readonly string[]; readonly stacks: readonly string[] }
    /** By the operator: the first bundle of an existing router comes by scp. */
    | { readonly kind: 'bundle'; readonly site: string; readonly routers: readonly string[] }
    | { readonly kind: 'install'; readonly site: string; readonly routers: readonly string[] }
    | { readonly kind: 'push' }
    | { readonly kind: 'upgrade'; readonly site: string }
  );

export type StepKind = Step['kind'];

/** Steps that need the operator: `rollout` checks whether they are done. */
export const OPERATORS_STEPS: ReadonlySet<StepKind> = new Set(['routes', 'attach', 'bundle']);
