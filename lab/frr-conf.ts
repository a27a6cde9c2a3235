import { configEntries, showEntry } from '#vyos/config-entry.ts';
import { parseSetCommand } from '#vyos/quote.ts';
import { Section } from './config-section.ts';
import { routerBgp } from './frr-bgp.ts';
import { lineIfSet, lineWith } from './frr-line.ts';

/** The part of a configuration that VyOS passes to FRR. Other programs handle host name, addresses, tunnels and IPsec. */
export const FRR_AREAS: readonly string[] = ['policy', 'protocols'];

/**
 * The routing part of a router's configuration, as FRR reads it: what VyOS 1.4 makes of `set` commands by its templates
 * (https://github.com/vyos/vyos-1x/tree/sagitta/data/templates/frr: staticd, policy, bfdd, bgpd). It knows what `vyos/`
 * writes, and FRR 8.4.
 *
 * @throws RangeError with every line of these areas that it does not know: none is dropped
 */
export function frrConf(commands: readonly string[]): string {
  const config = Section.of(commands.map(pathOf));
  const lines = [
    'frr defaults traditional',
    ...config.each('protocols', 'static', 'route').flatMap(([prefix, route]) => staticRoutes(prefix, route)),
    ...config.each('policy', 'prefix-list').flatMap(([name, list]) => prefixList(name, list)),
    ...config.each('policy', 'route-map').flatMap(([name, map]) => routeMap(name, map)),
    ...bfdProfiles(config.each('protocols', 'bfd', 'profile')),
    ...routerBgp(config.section('protocols', 'bgp')),
  ];
  const unknown = FRR_AREAS.flatMap((area) => config.section(area)?.unread() ?? []);
  if (unknown.length === 0) return `${lines.join('\n')}\n`;
  // A line may hold a password.
  const shown = configEntries(unknown.map((path) => `set ${path.map((word) => `'${word}'`).join(' ')}`)).map(showEntry);
  throw new RangeError(`the lab does not know the FRR configuration of VyOS 1.4 for:\n${shown.join('\n')}`);
}

function pathOf(command: string, index: number) {
  const path = parseSetCommand(command, index + 1);
  if (path !== undefined) return path;
  throw new RangeError(`line ${index + 1} of the configuration is not a set command`);
}

function staticRoutes(prefix: string, route: Section): string[] {
  const hops = route.each('next-hop').map(([address]) => `ip route ${prefix} ${address}`);
  if (!route.has('blackhole')) return hops;
  return [...hops, lineWith(`ip route ${prefix} blackhole`, route.value('blackhole', 'distance'))];
}

function prefixList(name: string, list: Section): string[] {
  return list
    .each('rule')
    .map(([number, rule]) => `ip prefix-list ${name} seq ${number} ${rule.must('action')} ${rule.must('prefix')}`);
}

function routeMap(name: string, map: Section): string[] {
  return map
    .each('rule')
    .flatMap(([number, rule]) => [
      `route-map ${name} ${rule.must('action')} ${number}`,
      ...lineIfSet(' match ip address prefix-list', rule.value('match', 'ip', 'address', 'prefix-list')),
      ...lineIfSet(' set metric', rule.value('set', 'metric')),
      'exit',
    ]);
}

/** With VyOS's defaults for missing values. */
function bfdProfiles(profiles: ReturnType<Section['each']>): string[] {
  if (profiles.length === 0) return [];
  const inner = profiles.flatMap(([name, profile]) => [
    ` profile ${name}`,
    `  detect-multiplier ${profile.value('interval', 'multiplier') ?? 3}`,
    `  receive-interval ${profile.value('interval', 'receive') ?? 300}`,
    `  transmit-interval ${profile.value('interval', 'transmit') ?? 300}`,
    ' exit',
  ]);
  return ['bfd', ...inner, 'exit'];
}
