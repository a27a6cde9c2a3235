import { show } from '#topology/mistakes.ts';
import type { Profile, Topology, VyosVersion } from '#topology/topology.ts';
import { VyosConfigError } from './errors.ts';
import type { RouterPlace } from './find-router.ts';

/** What a caller may set besides the topology. Both ends of a tunnel need the same `profile`, `tunnels` and `bfd`. */
export interface RenderOptions {
  /** Default: what the topology says of this router. */
  readonly vyos?: VyosVersion;
  /** Default: the topology's. */
  readonly profile?: Profile;
  /** Between sites: GRE inside IPsec, or IPsec's own interfaces. Default: the topology's. Profile `fast` only. */
  readonly tunnels?: 'gre' | 'vti';
  /** Default: the topology's. Profile `fast` only. */
  readonly bfd?: { readonly intervalMs: number; readonly multiplier: number };
}

export type Settings = Required<RenderOptions>;

/** @throws VyosConfigError for a combination that no router can run, with the reason */
export function completeOptions(options: RenderOptions, topology: Topology, { router }: RouterPlace): Settings {
  const settings = {
    vyos: options.vyos ?? router.vyos,
    profile: options.profile ?? topology.profile,
    tunnels: options.tunnels ?? topology.tunnelType,
    bfd: options.bfd ?? topology.bfd,
  };
  const fault = impossible(settings, options);
  if (fault !== undefined) throw new VyosConfigError(`${router.name}: ${fault}`);
  return settings;
}

function impossible({ vyos, profile, tunnels, bfd }: Settings, options: RenderOptions): string | undefined {
  if (!['1.1', '1.3', '1.4', '1.5'].includes(vyos)) {
    return `VyOS ${show(vyos)} is not a version that can be written\n    hint: take 1.1, 1.3, 1.4 or 1.5`;
  }
  if (profile === 'fast' && vyos === '1.1') {
    return 'profile fast needs VyOS 1.3 or later: 1.1 has neither BFD nor AES-GCM\n    hint: take profile original, or a later VyOS';
  }
  if (profile === 'original' && (tunnels === 'vti' || options.bfd !== undefined)) {
    return 'profile original is the article’s design, which has GRE tunnels and no BFD\n    hint: take profile fast';
  }
  const between = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  if (!between(bfd.intervalMs, 10, 60_000) || !between(bfd.multiplier, 2, 255)) {
    return 'BFD takes whole milliseconds from 10 to 60000, and a multiplier from 2 to 255';
  }
  return undefined;
}
