import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { neighborsIn } from '#functions/config-push/router/neighbors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'list-neighbors-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs it on a router whose vtysh prints these: text as it is, anything else as JSON. */
function list(summary: unknown, neighbors: unknown = {}, status = 0) {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  writeFileSync(join(folder, 'summary'), text(summary));
  writeFileSync(join(folder, 'neighbors'), text(neighbors));
  const vtysh = `#!/bin/sh\ncase "$*" in\n'-d bgpd -c show bgp summary json') cat ${folder}/summary; exit ${status} ;;
'-d bgpd -c show bgp neighbors json') cat ${folder}/neighbors ;;\n*) exit 9 ;;\nesac\n`;
  writeFileSync(join(folder, 'vtysh'), vtysh);
  chmodSync(join(folder, 'vtysh'), 0o755);
  return spawnSync('router/list-neighbors', { encoding: 'utf8', env: { PATH: `${folder}:/usr/bin:/bin` } });
}

function told(...printed: Parameters<typeof list>): unknown {
  return (JSON.parse(list(...printed).stdout) as { neighbors: unknown }).neighbors;
}

const peer = (state: string, pfxRcd: unknown = 5, more = {}) => ({
  remoteAs: 65002,
  msgRcvd: 120,
  state,
  pfxRcd,
  ...more,
});

describe('the neighbors of a router', () => {
  it('are listed one by one, with prefixes, messages and the negotiated hold time', () => {
    const summary = {
      ipv4Unicast: { as: 65001, peers: { '169.254.10.1': peer('Established'), '10.0.0.2': peer('Active', 0) } },
    };
    const neighbors = {
      '169.254.10.1': { bgpState: 'Established', bgpTimerHoldTimeMsecs: 12_000, bgpTimerKeepAliveIntervalMsecs: 4_000 },
      '10.0.0.2': { bgpState: 'Active', bgpTimerHoldTimeMsecs: 180_000 },
    };
    expect(told(summary, neighbors)).toEqual({
      '169.254.10.1': { established: true, prefixes: 5, messages: 120, holdS: 12 },
      '10.0.0.2': { established: false, prefixes: 0, messages: 120, holdS: null },
    });
  });

  it('are the same in each form that FRR prints', () => {
    const one = { '169.254.10.1': { established: true, prefixes: 5, messages: 120, holdS: 12 } };
    const peers = { '169.254.10.1': peer('Established') };
    const holds = { '169.254.10.1': { bgpTimerHoldTimeMsecs: 12_000 } };
    expect(told({ peers }, holds)).toEqual(one);
    expect(told({ default: { ipv4Unicast: { peers } } }, { default: holds })).toEqual(one);
    expect(told({ ipv4Unicast: { peers }, l2VpnEvpn: { peers: { '169.254.10.1': peer('Active') } } }, holds)).toEqual(
      one,
    );
  });

  it('count the prefixes of both families, and are one whichever way their address is written', () => {
    const summary = {
      ipv4Unicast: { peers: { '2001:db8:0::1': peer('Established', 2) } },
      ipv6Unicast: { peers: { '2001:DB8::1': peer('Established', 3) } },
    };
    expect(told(summary)).toEqual({ '2001:db8::1': { established: true, prefixes: 5, messages: 120, holdS: null } });
  });

  it.each([
    ['a state that nobody knows', peer('Dreaming')],
    ['no state', { pfxRcd: 5 }],
    ['no number of prefixes', peer('Established', 'NoNeg')],
    ['something else', 'Established'],
  ])('are unknown with %s, and never down', (_, value) => {
    expect(told({ peers: { '169.254.10.1': value, '169.254.10.5': peer('Established') } })).toMatchObject({
      '169.254.10.1': null,
      '169.254.10.5': { established: true },
    });
  });

  it('are listed without hold times if those cannot be read', () => {
    const peers = { '169.254.10.1': peer('Established') };
    for (const neighbors of ['no JSON', [], { '169.254.10.1': { bgpTimerHoldTimeMsecs: '12' } }]) {
      expect(told({ peers }, neighbors)).toMatchObject({ '169.254.10.1': { established: true, holdS: null } });
    }
  });

  it('are none where no bgpd runs, or it has none', () => {
    expect(told('Exiting: failed to connect to any daemons.', {}, 1)).toEqual({});
    expect(told({})).toEqual({});
  });

  it.each<[string, unknown, number]>([
    ['what is no JSON', '{"ipv4Unicast":{"peers":', 0],
    ['what has no list', { ipv4Unicast: { warning: 'x' } }, 0],
    ['no object', '[]', 0],
    ['a vtysh that fails', 'permission denied', 1],
  ])('are not listed after %s: the command fails with a message', (_, printed, status) => {
    expect(list(printed, {}, status)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^list-neighbors: .+\n$/) as unknown,
    });
  });

  it('of 99 tunnels fit into half of an SSM answer, with IPv6 addresses too, and are read back', () => {
    const addresses = Array.from(
      { length: 100 },
      (_, n) => `2001:db8:1111:2222:3333:4444:5555:${(n + 4096).toString(16)}`,
    );
    const peers = Object.fromEntries(
      addresses.map((each) => [each, peer('Established', 12_345, { msgRcvd: 123_456_789 })]),
    );
    const { stdout } = list(
      { peers },
      Object.fromEntries(addresses.map((each) => [each, { bgpTimerHoldTimeMsecs: 12_000 }])),
    );
    expect(stdout.length).toBeLessThan(13_000);
    const found = neighborsIn({ kind: 'answered', output: stdout });
    expect(found).toHaveProperty('neighbors');
    expect(Object.keys('neighbors' in found ? found.neighbors : {})).toHaveLength(100);
  });

  it('are not cut: a list that SSM would cut fails', () => {
    const peers = Object.fromEntries(
      Array.from({ length: 600 }, (_, n) => [`169.254.${n >> 8}.${n & 255}`, peer('Established')]),
    );
    expect(list({ peers })).toMatchObject({ status: 1, stderr: expect.stringContaining('600 neighbors') as unknown });
  });
});
