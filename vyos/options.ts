import { show } from '#topology/mistakes.ts';
import type { Profile, Topology } from '#topology/topology.ts';
import { VYOS_VERSIONS } from '#topology/vyos-versions.ts';
import { VyosConfigError } from './errors.ts';
import type { RouterPlace } from './find-router.ts';
import { abilitiesOf } from './versions/abilities.ts';
import { parseRelease, type VyosRelease } from './versions/release.ts';

/** What a caller can override. Both ends of a tunnel need the same `profile`, `tunnels` and `bfd`. */
export interface RenderOptions {
  /** The router's release, or its name: `1.4`, `1.4.2`, `2026.06.24-0045-rolling`. Default: the topology's. */
  readonly vyos?: VyosRelease | string | undefined;
  /** Default: the topology's. */
  readonly profile?: Profile;
  /** Between sites: GRE inside IPsec, or IPsec's own interfaces. Default: the topology's. Profile `fast` only. */
  readonly tunnels?: 'gre' | 'vti';
  /** Default: the topology's. Profile `fast` only. */
  readonly bfd?: { readonly intervalMs: number; readonly multiplier: number };
}

export type Settings = Required<Omit<RenderOptions, 'vyos'>> & { readonly vyos: VyosRelease };

/** @throws VyosConfigError for a combination that no router can run; the message states the reason */
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

/** @throws VyosConfigError for an unsupported version */
export function releaseOf(vyos: VyosRelease | string): VyosRelease {
  if (typeof vyos === 'object') return vyos;
  const release = parseRelease(vyos);
  if (release !== undefined) return release;
  throw new VyosConfigError(
    `VyOS version ${show(vyos)} is not supported\n` +
      `    hint: use one of ${VYOS_VERSIONS.join(', ')}, or a version as \`show version\` prints it: 1.4.2, 2026.06.24-0045-rolling`,
  );
}

function impossible({ vyos, profile, tunnels, bfd }: Settings, options: RenderOptions): string | undefined {
  if (profile === 'fast' && !abilitiesOf(vyos.branch).profileFast) {
    return `profile fast needs BFD and AES-GCM, and VyOS ${vyos.branch} has neither\n    hint: use profile original, or VyOS 1.3 or later`;
  }
  if (profile === 'original' && (tunnels === 'vti' || options.bfd !== undefined)) {
    return 'profile original is the design of the 2014 article: GRE tunnels, no BFD\n    hint: use profile fast';
  }
  const between = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  if (!between(bfd.intervalMs, 10, 60_000) || !between(bfd.multiplier, 2, 255)) {
    return 'the BFD interval must be a whole number of milliseconds from 10 to 60000, and the multiplier from 2 to 255';
  }
  return undefined;
}
