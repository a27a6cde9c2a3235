import type { Site, Topology } from '#topology/topology.ts';
import type { Environment } from '../environment.ts';
import type { WaitLine } from '../output/wait-line.ts';

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
  /** Shows that a function is waited for, and what it does. Default: nothing is shown. */
  readonly waits?: Pick<WaitLine, 'begin'> | undefined;
}
