import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { showFarEnd } from '#cli/views/far-end-view.ts';
import type { Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { farEndNotes } from '#vyos/far-end-notes.ts';
import { farEndSheet } from '#vyos/far-end-sheet.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import { renderConfig } from '#vyos/render.ts';
import { renderReportConf } from '#vyos/report-conf.ts';
import { load, siteFile, twoSites } from '../topology/files.ts';

const osaka = {
  publicAddress: '192.0.2.50',
  asn: 65100,
  networks: ['172.16.0.0/16', '192.168.40.0/22'],
  loopback: '10.254.0.1',
};
const nagoya = { publicAddress: '192.0.2.51', asn: 65101, networks: ['172.20.0.0/16'], loopback: '10.254.0.2' };

const oneSite = load({ name: 'alone', sites: { tokyo: siteFile('tokyo', 1) }, farEnds: { 'osaka-dc': osaka } });
const twoOfEach = load({ ...twoSites(), farEnds: { 'osaka-dc': { ...osaka, bfd: true }, 'nagoya-dc': nagoya } });

const golden = (file: string) => new URL(`./golden-far-ends/${file}`, import.meta.url);

/** `UPDATE_GOLDENS=1` writes them anew: read the difference. */
function goldenOf(file: string, text: string): string {
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(golden(file), text);
  return readFileSync(golden(file), 'utf8');
}

const linesOf = (topology: Topology, router: string) => renderConfig(topology, router).lines;

describe('one site and a far end are a topology', () => {
  test('in which each router has a tunnel to it by default, and its networks are default destinations', () => {
    expect(oneSite.tunnels.map(({ between, psk }) => [...between, psk])).toEqual([
      ['tokyo-1', 'osaka-dc', '/vyos-failover/alone/psk/tokyo-1--osaka-dc'],
      ['tokyo-2', 'osaka-dc', '/vyos-failover/alone/psk/tokyo-2--osaka-dc'],
    ]);
    expect(oneSite.sites[0]?.routeTables[0]?.destinations).toEqual(osaka.networks);
  });

  test.each(['tokyo-1', 'tokyo-2'])('whose %s is rendered', (router) => {
    const text = `${linesOf(oneSite, router).join('\n')}\n`;
    expect(text).toBe(goldenOf(`one-site-${router}.set`, text));
  });

  test('whose session to it counts as a path of the router', () => {
    expect(bgpNeighbors(oneSite)({ name: 'tokyo-1' }).tunnels).toEqual(['169.254.10.2']);
    expect(renderReportConf(oneSite, 'tokyo-1', { apiUrl: 'https://api' })).toContain("BGP_TUNNELS='169.254.10.2'");
  });

  test('whose keys are needed in the region of the routers alone', () => {
    expect(neededSecrets(oneSite).map(({ regions }) => regions)).toEqual(
      neededSecrets(oneSite).map(() => [oneSite.sites[0]?.region]),
    );
  });

  test('whose single key for all tunnels can be set at the far end', () => {
    const file = { name: 'alone', sites: { tokyo: siteFile('tokyo', 1) } };
    const keyed = load({ ...file, farEnds: { 'osaka-dc': { ...osaka, psk: '/partner/osaka' } } });
    expect(keyed.tunnels.map(({ psk }) => psk)).toEqual(['/partner/osaka', '/partner/osaka']);
  });
});

describe('a far end beside sites', () => {
  test('is not rendered as a router; the hint names the command for it, and an unknown name lists the valid ones', () => {
    expect(() => renderConfig(twoOfEach, 'osaka-dc')).toThrow(
      /^osaka-dc is a far end: vyos-failover does not configure it\n {4}hint: .* render --router osaka-dc /,
    );
    expect(() => renderConfig(twoOfEach, 'nobody')).toThrow(/the routers are .*; the far ends osaka-dc, nagoya-dc$/);
  });

  test('can announce only its own networks, and gets those of no other far end', () => {
    const lines = linesOf(twoOfEach, 'tokyo-1').join('\n');
    const neighbor = /neighbor (\S+) description osaka-dc/.exec(lines)?.[1] ?? '';
    expect(lines).toContain(`neighbor ${neighbor} address-family ipv4-unicast route-map import far-end-in-osaka-dc`);
    expect(lines).toContain(`neighbor ${neighbor} address-family ipv4-unicast route-map export far-end-out`);
    const permitted = (list: string) =>
      [...lines.matchAll(new RegExp(`prefix-list ${list} rule \\d+ prefix (\\S+)`, 'g'))].map(([, prefix]) => prefix);
    expect(permitted('far-end-osaka-dc')).toEqual(osaka.networks);
    expect(permitted('front-sites')).toEqual(['10.2.0.0/20']);
    expect([...lines.matchAll(/route-map far-end-out rule \d+ match .* (\S+)/g)].map(([, list]) => list)).toEqual([
      'front-own',
      'front-sites',
    ]);
  });

  test('is passed on between the sites, so that one can reach it through another', () => {
    const remote = linesOf(twoOfEach, 'virginia-1').filter((line) => line.includes('prefix-list front-remote'));
    for (const network of [...osaka.networks, ...nagoya.networks]) expect(remote.join('\n')).toContain(network);
  });

  test('has BFD only if the topology sets it', () => {
    const lines = linesOf(twoOfEach, 'tokyo-1');
    const hasBfd = (name: string) => {
      const address = lines
        .find((line) => line.endsWith(`description ${name}`) && line.includes('neighbor'))
        ?.split(' ')[4];
      return lines.some((line) => line.includes(`neighbor ${address} bfd`));
    };
    expect([hasBfd('osaka-dc'), hasBfd('nagoya-dc'), hasBfd('virginia-1')]).toEqual([true, false, true]);
  });

  test('gets no witness reports: it has no API', () => {
    const apis = { tokyo: 'https://t', virginia: 'https://v' };
    const conf = renderReportConf(twoOfEach, 'tokyo-1', { apiUrl: 'https://t', witnessApis: apis });
    expect(conf).toContain('virginia-1@virginia=');
    expect(conf).not.toContain('osaka-dc@');
  });
});

test('a far end with a tunnel to one router of a pair alone gets a note: it is unreachable after a failover', () => {
  const tunnels = [{ between: ['osaka-dc', 'tokyo-1'] }, { between: ['tokyo-1', 'virginia-1'] }];
  const both = [...tunnels, { between: ['tokyo-2', 'virginia-2'] }];
  const alone = load({ ...twoSites(), farEnds: { 'osaka-dc': osaka }, tunnels: both });
  expect(farEndNotes(alone)).toEqual([
    expect.stringMatching(/^Far end osaka-dc has a tunnel to tokyo-1 but not to tokyo-2: .*\[tokyo-2, osaka-dc\]/),
  ]);
  expect([...farEndNotes(oneSite), ...farEndNotes(twoOfEach)]).toEqual([]);
});

describe('the data for its administrator', () => {
  const [farEnd] = twoOfEach.farEnds;
  if (farEnd === undefined) throw new Error('no far end');

  test('is rendered as text', () => {
    const text = `${showFarEnd(farEndSheet(twoOfEach, farEnd))}\n`;
    expect(text).toBe(goldenOf('osaka-dc.txt', text));
  });

  test('mirrors the configuration of the routers', () => {
    for (const { router, inner, bgp, gre, ike } of farEndSheet(twoOfEach, farEnd).tunnels) {
      const lines = linesOf(twoOfEach, router);
      expect(lines.join('\n')).toContain(`address ${inner.remote}\n`);
      expect(lines).toContain(`set protocols bgp neighbor ${inner.local.split('/')[0]} remote-as ${bgp.localAs}`);
      expect(lines.join('\n')).toContain(`remote ${gre?.local}`);
      expect(lines.join('\n')).toContain(`{{ssm:${ike.psk}}}`);
    }
  });

  test('has the prefix limit of the session and the MED that prefers a tunnel, as configured on the routers', () => {
    for (const { router, inner, bgp, med } of farEndSheet(twoOfEach, farEnd).tunnels) {
      const lines = linesOf(twoOfEach, router);
      const neighbor = `set protocols bgp neighbor ${inner.local.split('/')[0]} address-family ipv4-unicast`;
      expect(lines).toContain(`${neighbor} maximum-prefix ${bgp.maximumPrefix}`);
      expect(lines).toContain(`set policy route-map far-end-out rule 10 set metric ${med}`);
    }
  });

  test('does not mention other far ends', () => {
    expect(JSON.stringify(farEndSheet(twoOfEach, farEnd))).not.toContain('172.20.0.0');
  });
});
