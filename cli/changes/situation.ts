/** What is deployed of a topology and what runs, as far as the order of a change depends on it. Nothing of it is stored. */
import type { ManagedRoute } from '#failover/site.ts';
import type { DeployedTopology } from '#topology/deployed-topology.ts';
import type { PendingEdit } from '#topology/edits/pending-edits.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { RouterForecast } from './forecast.ts';

export interface Situation {
  /** As the file has it. */
  readonly topology: Topology;
  /** As in a command line, for the commands of the steps. */
  readonly file: string;
  /** When the file was last written, ms since the epoch; undefined: unknown. */
  readonly writtenAt: number | undefined;
  readonly edits: readonly PendingEdit[];
  readonly sites: readonly SiteSituation[];
  /** Deployed sites that the file does not have, or has under another name or in another Region. */
  readonly former: readonly FormerSite[];
  /** Stacks that may move routes of the file's sites and do not state what they were made from, as sentences. */
  readonly unknownControllers: readonly string[];
  /** Names of keys that a Region lacks; undefined: they could not be read. */
  readonly missingKeys: readonly string[] | undefined;
}

export interface SiteSituation {
  readonly site: Site;
  /** `current`: as the file has it. `unknown`: by a version that states no topology in its template. */
  readonly deployment: 'current' | 'different' | 'absent' | 'unknown';
  /** When its stack was deployed last, ms since the epoch; undefined: unknown, or never. */
  readonly deployedAt: number | undefined;
  /** Of the product that deployed it, if it is not that of the command line. */
  readonly otherVersion: string | undefined;
  /** Stacks of its routers that a deployment of the present file has left as they were, although the site's own stack has it. */
  readonly behind: readonly string[];
  /** Why its stacks accept no deployment now, as sentences. */
  readonly unusable: readonly string[];
  /** Names of the stacks that a deployment of the site is made of, in their order. */
  readonly stacks: readonly string[];
  /** Where it is deployed under another name. */
  readonly former: FormerSite | undefined;
  /** The router that its routes point at, by its deployed name; undefined: split, or unknown. */
  readonly owner: string | undefined;
  /** Why no work may begin at the site now (a pause, a swap, a push), as clauses. */
  readonly obstacles: readonly string[];
  /** Why a router is not fit, as clauses. */
  readonly unfit: readonly string[];
  /** Managed routes of the file that EC2 does not have. */
  readonly missingRoutes: readonly ManagedRoute[];
  /** Route tables of the file that carry the mark of another controller: its stack's name. */
  readonly otherControllers: readonly { readonly table: string; readonly stack: string }[];
  readonly routers: readonly RouterSituation[];
}

export interface RouterSituation {
  readonly name: string;
  /** Its name where it is deployed. */
  readonly deployedName: string;
  /** From the deployed model; undefined: there is none. */
  readonly forecast: RouterForecast | undefined;
  /** The instance that is attached to the interface of the file; undefined: none, or not asked. */
  readonly attached: string | undefined;
  /** Its programs beside those of the deployed bundle. */
  readonly programs: 'deployed' | 'other' | 'unknown';
  /** False: it has neither reported to the deployed site, nor answered its probe over SSM. */
  readonly isKnown: boolean;
  /** Its running configuration beside that of the file. */
  readonly configuration: 'same' | 'different' | 'unknown';
  /** Its instance beside the deployed template; undefined: the deployment does not create it. */
  readonly instance: 'current' | 'outdated' | undefined;
}

/** The reason of the pause of a controller that a rollout ends. It is no obstacle for the rollout itself. */
export const ENDING = 'rollout: the site is deployed under another name, or removed';

/** A deployed site under the name and in the Region that it was deployed with. */
export interface FormerSite {
  readonly deployed: DeployedTopology;
  /** Name of its stack. */
  readonly stack: string;
  /** The site of the file that takes its place; undefined: none. */
  readonly successor: string | undefined;
}
