import { expect, test } from 'vitest';
import { routerSecrets } from '#vyos/router-secrets.ts';
import { renderSerfConfig, serfConfig } from '#vyos/serf.ts';
import { example } from './topologies.ts';

const topology = example('tokyo-virginia');

test('both routers of a pair join each other, and report with the same handler', () => {
  const [one, two] = [serfConfig(topology, 'tokyo-1'), serfConfig(topology, 'tokyo-2')];
  expect([one.bind, one.retry_join]).toEqual(['10.1.100.10', ['10.1.101.10']]);
  expect([two.bind, two.retry_join]).toEqual(['10.1.101.10', ['10.1.100.10']]);
  expect([one.tags, two.tags]).toEqual([
    { role: 'active', site: 'tokyo' },
    { role: 'standby', site: 'tokyo' },
  ]);
  expect(one.event_handlers).toEqual(['member-failed,member-leave=/config/vyos-failover/report']);
  expect(two.event_handlers).toEqual(one.event_handlers);
  expect(one.encrypt_key).toBe(two.encrypt_key);
});

test('after a partition of more than a day the two still know each other', () => {
  const hours = (text: string) => Number(/^(\d+)h$/.exec(text)?.[1]);
  const { reconnect_timeout, tombstone_timeout } = serfConfig(topology, 'tokyo-1');
  expect(hours(reconnect_timeout)).toBeGreaterThan(24);
  expect(hours(tombstone_timeout)).toBeGreaterThan(24);
});

test('profile original has the article’s timers', () => {
  expect(serfConfig(topology, 'tokyo-1', { profile: 'original' })).toMatchObject({
    reconnect_interval: '4s',
    reconnect_timeout: '12s',
    tombstone_timeout: '12s',
  });
  expect(serfConfig(example('original-2014'), 'tokyo-1').reconnect_timeout).toBe('12s');
});

test('the file is JSON with the key by name, and RPC listens on the loopback address only', () => {
  const text = renderSerfConfig(serfConfig(topology, 'virginia-2'));
  expect(JSON.parse(text)).toMatchObject({
    node_name: 'virginia-2',
    encrypt_key: '{{ssm:/vyos-failover/tokyo-virginia/serf/virginia}}',
    rpc_addr: '127.0.0.1:7373',
    snapshot_path: '/config/vyos-failover/serf.snapshot',
  });
  expect(text.endsWith('}\n')).toBe(true);
});

test('an unknown router is refused', () => {
  expect(() => serfConfig(topology, 'tokyo1')).toThrow(/did you mean tokyo-1\?/);
});

test('a router needs the keys of its tunnels and of Serf, with the routers that share them', () => {
  expect(routerSecrets(topology, 'tokyo-2')).toEqual([
    { name: '/vyos-failover/tokyo-virginia/psk/tokyo-2--virginia-2', use: 'tunnel', sharedWith: ['virginia-2'] },
    { name: '/vyos-failover/tokyo-virginia/serf/tokyo', use: 'serf', sharedWith: ['tokyo-1'] },
  ]);
});

test('one key for several tunnels is one secret', () => {
  const threeSites = example('ipv6-and-prefix-lists');
  const shared = { ...threeSites, tunnels: threeSites.tunnels.map((tunnel) => ({ ...tunnel, psk: '/our/psk' })) };
  expect(routerSecrets(shared, 'tokyo-1')[0]).toMatchObject({
    name: '/our/psk',
    sharedWith: expect.arrayContaining(['virginia-1', 'frankfurt-1']) as unknown,
  });
  expect(routerSecrets(shared, 'tokyo-1').filter(({ use }) => use === 'tunnel')).toHaveLength(1);
});
