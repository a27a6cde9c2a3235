import { describe, expect, test } from 'vitest';
import { type IngressRule, securityGroups } from '#vyos/security-groups.ts';
import { load, siteFile, twoSites } from '../topology/files.ts';

function rulesOf(change: object, router = 'tokyo-1', file: object = {}): readonly IngressRule[] {
  const tokyo = { ...siteFile('tokyo', 1), ...change };
  const topology = load({ ...twoSites({ sites: { tokyo, virginia: siteFile('virginia', 2) } }), ...file });
  const [site] = topology.sites;
  const found = site && securityGroups(topology, site).find((each) => each.router === router);
  if (found === undefined) throw new Error(`no rules of ${router}`);
  return found.rules;
}

const short = (rules: readonly IngressRule[]) =>
  rules.map(({ protocol, port, source }) => [protocol, port, source].filter((each) => each !== undefined).join(' '));

describe('a router accepts', () => {
  test('its tunnels only from the public addresses of their remote ends', () => {
    const file = {
      farEnds: {
        osaka: { publicAddress: '192.0.2.50', asn: 65100, networks: ['172.16.0.0/16'], loopback: '10.254.0.1' },
      },
    };
    expect(short(rulesOf({}, 'tokyo-1', file)).filter((rule) => / (500|4500) /.test(rule))).toEqual([
      'udp 500 203.0.2.1/32',
      'udp 4500 203.0.2.1/32',
      'udp 500 192.0.2.50/32',
      'udp 4500 192.0.2.50/32',
    ]);
  });

  test('what the detectors of its site need from the other router of its pair', () => {
    const pair = (detectors: readonly string[]) =>
      short(rulesOf({ detectors })).filter((rule) => rule.endsWith('10.1.102.10/32'));
    expect(pair(['serf', 'bfd', 'vrrp'])).toEqual([
      'tcp 179 10.1.102.10/32',
      'tcp 7946 10.1.102.10/32',
      'udp 7946 10.1.102.10/32',
      'udp 3784 10.1.102.10/32',
      '47 10.1.102.10/32',
      '112 10.1.102.10/32',
    ]);
    // A peer that refuses a connection lives: the reporter asks on Serf's port, with or without Serf.
    expect(pair(['bfd'])).toEqual([
      'tcp 179 10.1.102.10/32',
      'tcp 7946 10.1.102.10/32',
      'udp 3784 10.1.102.10/32',
      '47 10.1.102.10/32',
    ]);
  });

  test('the traffic of the front subnets', () => {
    expect(short(rulesOf({})).at(-1)).toBe('-1 10.1.0.0/20');
  });

  test('the traffic of the whole VPC if a table routes between its subnets', () => {
    const routeTables = [{ id: 'rtb-00000001', destinations: ['10.2.0.0/20', '10.1.32.0/24'] }];
    expect(short(rulesOf({ routeTables })).at(-1)).toBe('-1 10.1.0.0/16');
  });

  test('all traffic if a gateway table routes to the pair; the rule names the reason', () => {
    const routeTables = ['rtb-00000001', { id: 'rtb-0000000e', edge: true, destinations: ['10.1.32.0/24'] }];
    expect(rulesOf({ routeTables }).at(-1)).toMatchObject({
      source: '0.0.0.0/0',
      why: expect.stringContaining('gateway') as string,
    });
  });

  test('ESP itself, too, on VyOS 1.1', () => {
    expect(short(rulesOf({ detectors: ['serf'] }, 'tokyo-1', { vyos: '1.1', profile: 'original' }))).toEqual([
      'udp 500 203.0.2.1/32',
      'udp 4500 203.0.2.1/32',
      '50 203.0.2.1/32',
      'tcp 179 10.1.102.10/32',
      'tcp 7946 10.1.102.10/32',
      'udp 7946 10.1.102.10/32',
      '-1 10.1.0.0/20',
    ]);
  });
});
