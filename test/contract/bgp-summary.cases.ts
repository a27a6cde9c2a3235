import { readFileSync } from 'node:fs';
import type { BgpCounts, SessionCount } from '#failover/bgp-counts.ts';
import type { BgpNeighbors } from '#failover/site.ts';

/** One output of a router, and what it says of the neighbors; undefined: it cannot be read. */
export interface SummaryCase {
  readonly what: string;
  readonly output: string;
  readonly neighbors: BgpNeighbors;
  readonly counts: BgpCounts | undefined;
}

/** Output of a real bgpd; the folder is named `golden` so that no formatter changes it. */
export function printed(name: string): string {
  return readFileSync(new URL(`golden/bgp-summary/${name}.json`, import.meta.url), 'utf8');
}

/** In the printed outputs: an eBGP neighbor with prefixes, an IPv6 one, one that is shut down, an iBGP one that is down. */
const FAR = '169.254.10.2';
const FAR_V6 = 'fd00::2';
const SHUT = '169.254.254.98';
const PAIR = '169.254.254.99';

/** Lists of neighbors in each state, to what a count says of them. */
function count(states: Partial<Record<'receiving' | 'established' | 'down' | 'unreadable', number>>): SessionCount {
  const { receiving = 0, established = 0, down = 0, unreadable = 0 } = states;
  return {
    configured: receiving + established + down + unreadable,
    established: receiving + established,
    receiving,
    unreadable,
  };
}

const real: SummaryCase[] = [
  ...['frr-7.5', 'frr-8.4', 'frr-10.3', 'frr-10.3-asdot', 'frr-10.3-asdotplus'].map((name) => ({
    what: `${name}: one session up, the pair's down`,
    output: printed(name),
    neighbors: { tunnels: [FAR], pair: [PAIR] },
    counts: { tunnels: count({ receiving: 1 }), pair: count({ down: 1 }) },
  })),
  ...['frr-8.4', 'frr-10.3'].map((name) => ({
    what: `${name}: IPv6, written in another way; shut down; not among the neighbors`,
    output: printed(name),
    neighbors: { tunnels: ['FD00:0:0::0002', SHUT, '169.254.10.6'], pair: [PAIR] },
    counts: { tunnels: count({ receiving: 1, down: 2 }), pair: count({ down: 1 }) },
  })),
  ...['frr-7.5-vrf-all', 'frr-8.4-vrf-all', 'frr-10.3-vrf-all'].map((name) => ({
    what: `${name}: the default VRF, and no neighbor of another one`,
    output: printed(name),
    neighbors: { tunnels: [FAR, FAR_V6], pair: ['192.0.2.9'] },
    counts: { tunnels: count({ receiving: 2 }), pair: count({ down: 1 }) },
  })),
  {
    what: 'frr-8.4-one-family: no wrapper',
    output: printed('frr-8.4-one-family'),
    neighbors: { tunnels: [FAR], pair: [PAIR] },
    counts: { tunnels: count({ receiving: 1 }), pair: count({ down: 1 }) },
  },
  {
    what: 'frr-8.4-down: the far end died',
    output: printed('frr-8.4-down'),
    neighbors: { tunnels: [FAR, FAR_V6], pair: [PAIR] },
    counts: { tunnels: count({ down: 2 }), pair: count({ down: 1 }) },
  },
  {
    what: 'no BGP: {}',
    output: '{}\n',
    neighbors: { tunnels: [FAR], pair: [PAIR] },
    counts: { tunnels: count({ down: 1 }), pair: count({ down: 1 }) },
  },
  {
    what: 'no neighbors named: none counted',
    output: printed('frr-8.4'),
    neighbors: { tunnels: [], pair: [] },
    counts: { tunnels: count({}), pair: count({}) },
  },
];

const family = (peers: unknown) => JSON.stringify({ ipv4Unicast: { as: 65001, peers } });
const up = { remoteAs: 65002, state: 'Established', peerState: 'OK', pfxRcd: 3 };
const down = { remoteAs: 65002, state: 'Active', peerState: 'OK' };
const { pfxRcd: _, ...withoutPrefixes } = up;
const { state: __, ...withoutState } = up;

/** One neighbor of the tunnels; the pair's is as in `down`. */
const one = (what: string, peer: unknown, tunnels: SessionCount): SummaryCase => ({
  what,
  output: family({ [FAR]: peer, [PAIR]: down }),
  neighbors: { tunnels: [FAR], pair: [PAIR] },
  counts: { tunnels, pair: count({ down: 1 }) },
});

const states: SummaryCase[] = [
  one('AS numbers as asdot', { ...up, remoteAs: '64086.59905' }, count({ receiving: 1 })),
  one('no AS number at all', { state: 'Established', pfxRcd: 1 }, count({ receiving: 1 })),
  one('Established without prefixes', { ...up, pfxRcd: 0 }, count({ established: 1 })),
  one('Established, and nothing said of prefixes', withoutPrefixes, count({ unreadable: 1 })),
  one('Established, the prefixes as text', { ...up, pfxRcd: '3' }, count({ unreadable: 1 })),
  one('Established, the prefixes true', { ...up, pfxRcd: true }, count({ unreadable: 1 })),
  one('Established, fewer than no prefixes', { ...up, pfxRcd: -1 }, count({ unreadable: 1 })),
  one('Established, half a prefix', { ...up, pfxRcd: 0.5 }, count({ unreadable: 1 })),
  one(
    'Established, prefixes with a decimal point',
    JSON.parse('{"state":"Established","pfxRcd":2.0}'),
    count({ receiving: 1 }),
  ),
  one('Active without a number of prefixes', down, count({ down: 1 })),
  one('Idle (PfxCt)', { ...down, state: 'Idle (PfxCt)' }, count({ down: 1 })),
  one('OpenConfirm', { ...down, state: 'OpenConfirm', pfxRcd: 0 }, count({ down: 1 })),
  one('a state that FRR does not have', { ...up, state: 'Up' }, count({ unreadable: 1 })),
  one('a state in small letters', { ...up, state: 'established' }, count({ unreadable: 1 })),
  one('a state of two lines', { ...up, state: 'Active\n' }, count({ unreadable: 1 })),
  one('the state under another name', withoutState, count({ unreadable: 1 })),
  one('no object', 'Established', count({ unreadable: 1 })),
  one('null', null, count({ unreadable: 1 })),
];

const lists: SummaryCase[] = [
  {
    what: 'an unrelated session is none of the tunnels',
    output: family({ [FAR]: down, '10.9.9.9': up }),
    neighbors: { tunnels: [FAR], pair: [PAIR] },
    counts: { tunnels: count({ down: 1 }), pair: count({ down: 1 }) },
  },
  {
    what: 'up in one family, prefixes in the other',
    output: JSON.stringify({
      ipv4Unicast: { peers: { [FAR]: { ...up, pfxRcd: 0 } } },
      ipv6Unicast: { peers: { [FAR]: up } },
    }),
    neighbors: { tunnels: [FAR], pair: [] },
    counts: { tunnels: count({ receiving: 1 }), pair: count({}) },
  },
  {
    what: 'a family that cannot be read leaves open what is not certain',
    output: JSON.stringify({
      ipv4Unicast: { peers: { [FAR]: up, [PAIR]: { ...up, pfxRcd: 0 } } },
      ipv6Unicast: { neighbors: {} },
    }),
    neighbors: { tunnels: [FAR, '169.254.10.6'], pair: [PAIR] },
    counts: { tunnels: count({ receiving: 1, unreadable: 1 }), pair: count({ unreadable: 1 }) },
  },
  {
    what: '600 neighbors',
    output: family(Object.fromEntries(Array.from({ length: 600 }, (__, i) => [hundreds(i), i % 3 === 0 ? down : up]))),
    neighbors: { tunnels: Array.from({ length: 600 }, (__, i) => hundreds(i)), pair: [PAIR] },
    counts: { tunnels: count({ receiving: 400, down: 200 }), pair: count({ down: 1 }) },
  },
  {
    what: 'names that every object has',
    output: '{"ipv4Unicast":{"peers":{"__proto__":{"state":"Active"},"constructor":{"state":"Active"}}}}',
    neighbors: { tunnels: [FAR], pair: [] },
    counts: { tunnels: count({ down: 1 }), pair: count({}) },
  },
];

function hundreds(i: number): string {
  return `169.254.${100 + Math.floor(i / 250)}.${i % 250}`;
}

const unreadable: SummaryCase[] = [
  ['nothing', ''],
  ['half an object', '{"ipv4Unicast":{"peers":{'],
  ['cut where SSM cuts', `${printed('frr-8.4').slice(0, 900)}\n---Output truncated---`],
  ['two objects', '{}{}'],
  ['a complaint', '% BGP instance not found\n'],
  ['no object', '[]'],
  ['null', 'null'],
  ['a warning', '{"warning":"BGP instance not found"}'],
  ['NaN', '{"ipv4Unicast":{"peers":{"169.254.10.2":{"state":"Established","pfxRcd":1,"inq":NaN}}}}'],
  ['a NUL', '{"ipv4Unicast":\0{"peers":{}}}'],
  ['the list under another name', JSON.stringify({ ipv4Unicast: { neighbors: { [FAR]: up } } })],
  ['a list that is none', JSON.stringify({ ipv4Unicast: { peers: [up] } })],
  ['another family only', JSON.stringify({ l2VpnEvpn: { peers: { [FAR]: up } } })],
  ['the families under other names', JSON.stringify({ 'ipv4-unicast': { peers: { [FAR]: up } } })],
  ['no neighbor whose state can be read', family({ [FAR]: withoutState, [PAIR]: withoutState })],
  ['neighbors without anything', family({ [FAR]: {}, [PAIR]: {} })],
  ['another VRF only', JSON.stringify({ blue: { ipv4Unicast: { peers: { [FAR]: up } } } })],
].map(([what = '', output = '']) => ({
  what,
  output,
  neighbors: { tunnels: [FAR], pair: [PAIR] },
  counts: undefined,
}));

/** For every reader of a router's output. */
export const summaryCases: readonly SummaryCase[] = [...real, ...states, ...lists, ...unreadable];
