import type { Topology } from '#topology/topology.ts';
import type { RouterPlace } from './find-router.ts';
import type { Settings } from './options.ts';
import type { PairEnd, TunnelEnd } from './tunnel-ends.ts';

/** The input of every `resolve-*.ts`: one router of a topology, its settings and its tunnels. */
export interface Resolving {
  readonly topology: Topology;
  readonly place: RouterPlace;
  readonly settings: Settings;
  readonly tunnels: readonly TunnelEnd[];
  /** Undefined in profile original, whose pair has no tunnel of its own. */
  readonly pair: PairEnd | undefined;
}
