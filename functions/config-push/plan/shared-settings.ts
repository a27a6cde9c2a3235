/** What VyOS has once for all neighbors and peers: a push that sets it for ours sets it for others, too. */
import { someOf } from '#topology/some-of.ts';

interface Shared {
  /** Nodes of others that it holds for. */
  readonly others: RegExp;
  /** Commands that change it; group 1 is its name. */
  readonly changed: RegExp;
  /** The node that they are in. */
  readonly root: string;
  readonly whose: string;
  /** By the name of a setting: what else comes of it. */
  readonly effects: Readonly<Record<string, string>>;
}

const shared: readonly Shared[] = [
  {
    others: /^protocols bgp (\d+ )?(neighbor|peer-group|listen) /,
    changed: /^(?:set|delete) protocols bgp (?:\d+ )?(timers|parameters router-id)(?= |$)/,
    root: 'protocols bgp',
    whose: 'BGP neighbors',
    effects: { 'parameters router-id': 'every BGP session of the router starts anew' },
  },
  {
    others: /^vpn ipsec (site-to-site|remote-access) /,
    changed: /^(?:set|delete) vpn ipsec (options (?:disable-route-autoinstall|retransmission))(?= |$)/,
    root: 'vpn ipsec',
    whose: 'IPsec peers',
    effects: { 'options disable-route-autoinstall': 'no routes are installed for their selectors any more' },
  },
];

/**
 * @param commands of the plan
 * @param leftAlone nodes on the router that are not ours
 */
export function sharedNotes(commands: readonly string[], leftAlone: readonly string[]): string[] {
  return shared.flatMap(({ others, changed, root, whose, effects }) => {
    const names = [...new Set(commands.flatMap((command) => changed.exec(command)?.[1] ?? []))];
    const nodes = leftAlone.filter((node) => others.test(node));
    if (names.length === 0 || nodes.length === 0) return [];
    const more = names.flatMap((name) => effects[name] ?? []).map((effect) => `; ${effect}`);
    return [
      `in ${root}, ${names.join(' and ')} will also hold for ${whose} that are not ours (${someOf(nodes)})${more.join('')}`,
    ];
  });
}
