/**
 * Settings that VyOS has once for all neighbors and peers: a push also changes them for those that the topology does
 * not manage.
 */
import { someOf } from '#topology/some-of.ts';

interface Shared {
  /** Nodes that the setting also applies to. */
  readonly others: RegExp;
  /** Commands that change it; group 1 is its name. */
  readonly changed: RegExp;
  /** The node that holds the setting. */
  readonly root: string;
  readonly whose: string;
  /** Side effects, by the name of the setting. */
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
 * @param leftAlone nodes on the router that the topology does not manage
 */
export function sharedNotes(commands: readonly string[], leftAlone: readonly string[]): string[] {
  return shared.flatMap(({ others, changed, root, whose, effects }) => {
    const names = [...new Set(commands.flatMap((command) => changed.exec(command)?.[1] ?? []))];
    const nodes = leftAlone.filter((node) => others.test(node));
    if (names.length === 0 || nodes.length === 0) return [];
    const more = names.flatMap((name) => effects[name] ?? []).map((effect) => `; ${effect}`);
    return [
      `in ${root}, ${names.join(' and ')} will also apply to ${whose} that the topology does not manage (${someOf(nodes)})${more.join('')}`,
    ];
  });
}
