import type { Profile, Topology, VyosVersion } from '#topology/topology.ts';
import { bfd } from './features/bfd.ts';
import { bgp } from './features/bgp.ts';
import { interfaces } from './features/interfaces.ts';
import { ipsec } from './features/ipsec.ts';
import { policy } from './features/policy.ts';
import { staticRoutes } from './features/static-routes.ts';
import { system } from './features/system.ts';
import { vrrp } from './features/vrrp.ts';
import type { RenderOptions } from './options.ts';
import { setCommand } from './quote.ts';
import { resolveRouter } from './resolve.ts';
import { secretName } from './secrets.ts';

/** In the order of their references to each other; VyOS accepts any order. */
const features = [system, interfaces, ipsec, policy, staticRoutes, bfd, bgp, vrrp];

export interface RenderedConfig {
  readonly router: string;
  /** The branch. */
  readonly vyos: VyosVersion;
  /** Its name. */
  readonly release: string;
  readonly profile: Profile;
  /** `set` commands, without line ends. Secrets are placeholders (see `secrets.ts`). */
  readonly lines: readonly string[];
  /** Names of the SSM SecureStrings that stand in `lines`, each once. */
  readonly secrets: readonly string[];
  /** Notes for the operator, as sentences; usually none. */
  readonly notes: readonly string[];
}

/**
 * One router's part of the topology as VyOS commands. Deterministic: the same topology gives the same lines.
 *
 * @throws VyosConfigError for a router that is not in the topology, or a combination that no router can run (profile
 *   fast on 1.1); the message has a hint
 */
export function renderConfig(topology: Topology, router: string, options: RenderOptions = {}): RenderedConfig {
  const model = resolveRouter(topology, router, options);
  const paths = features.flatMap((feature) => feature(model));
  const secrets = paths.flatMap((path) => path.flatMap((word) => secretName(word) ?? []));
  return {
    router,
    vyos: model.vyos.branch,
    release: model.vyos.name,
    profile: model.profile,
    lines: paths.map(setCommand),
    secrets: [...new Set(secrets)],
    notes: model.notes,
  };
}
