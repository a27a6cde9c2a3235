import { show } from '#topology/mistakes.ts';
import type { Profile, Topology } from '#topology/topology.ts';
import { VyosConfigError } from './errors.ts';
import type { RouterPlace } from './find-router.ts';
import { parseRelease, type VyosRelease } from './release.ts';

/** What a caller may set besides the topology. Both ends of a tunnel need the same `profile`, `tunnels` and `bfd`. */
export interface RenderOptions {
  /** What the router runs, or what VyOS calls it: `1.4`, `1.4.2`, `2026.06.24-0045-rolling`. Default: the topology's. */
  readonly vyos?: VyosRelease | string | undefined;
  /** Default: the topology's. */
  readonly profile?: Profile;
  /** Between sites: GRE inside IPsec, or IPsec's own interfaces. Default: the topology's. Profile `fast` only. */
  readonly tunnels?: 'gre' | 'vti';
  /** Default: the topology's. Profile `fast` only. */
  readonly bfd?: { readonly intervalMs: number; readonly multiplier: number };
}

export type Settings = Required<Omit<RenderOptions, 'vyos'>> & { readonly vyos: VyosRelease };

/** @throws VyosConfigError for a combination that no router can run, with the reason */
export function completeOptions(options: RenderOptions, topology: Topology, { router }: RouterPlace): Settings {
  const settings = {
    vyos: releaseOf(options.vyos ?? router.vyos),
    profile: options.profile ?? topology.profile,
    tunnels: options.tunnels ?? topology.tunnelType,
    bfd: options.bfd ?? topology.bfd,
  };
  const fault = impossible(settings, options);
  if (fault !== undefined) throw new VyosConfigError(`${router.name}: ${fault}`);
  return settings;
}

/** @throws VyosConfigError for a version that is not known here */
export function releaseOf(vyos: VyosRelease | string): VyosRelease {
  if (typeof vyos === 'object') return vyos;
  const release = parseRelease(vyos);
  if (release !== undefined) return release;
  throw new VyosConfigError(
    `VyOS ${show(vyos)} is not a version that can be written\n` +
      '    hint: take 1.1, 1.3, 1.4 or 1.5, or what `show version` says: 1.4.2, 2026.06.24-0045-rolling',
  );
}

function impossible({ vyos, profile, tunnels, bfd }: Settings, options: RenderOptions): string | undefined {
  if (profile === 'fast' && vyos.branch === '1.1') {
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
