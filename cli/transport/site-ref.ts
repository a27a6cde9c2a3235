import type { Site, Topology } from '#topology/topology.ts';
import type { Environment } from '../environment.ts';

/** A site with the topology that it belongs to: together they name the site's functions. */
export interface SiteRef {
  readonly topology: Topology;
  readonly site: Site;
}

export interface Invoker {
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
  /** Gets one line about a wait that is longer than usual. Default: nothing is shown. */
  readonly progress?: (line: string) => void;
}
