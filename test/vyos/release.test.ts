import { describe, expect, test } from 'vitest';
import { renderConfig } from '#vyos/render.ts';
import { parseRelease } from '#vyos/versions/release.ts';
import { example } from './topologies.ts';

describe('a release as VyOS names it', () => {
  test.each([
    ['1.1.8', '1.1', 'respond'],
    ['1.3', '1.3', 'respond'],
    ['VyOS 1.3.8', '1.3', 'respond'],
    ['1.3-rolling-202212010317', '1.3', 'respond'],
    ['1.4.2', '1.4', 'respond'],
    ['1.4.0-epa2', '1.4', 'respond'],
    ['1.4-rolling-202401170022', '1.4', 'respond'],
    ['1.5', '1.5', 'respond'],
    ['1.5-rolling-202411230006', '1.5', 'respond'],
    ['1.5-stream-2025-Q2', '1.5', 'respond'],
    ['2025.11', '1.5', 'respond'],
    ['2025.09.30-0021-rolling', '1.5', 'respond'],
    ['1.5-rolling-202601010019', '1.5', 'trap'],
    ['2026.02', '1.5', 'trap'],
    ['2026.06.24-0045-rolling', '1.5', 'trap'],
    ['1.5.0', '1.5', 'trap'],
  ])('%s is of branch %s and calls it %s', (name, branch, word) => {
    const release = parseRelease(name);
    expect([release?.branch, release?.commands.trap === true ? 'trap' : 'respond']).toEqual([branch, word]);
  });

  test.each([
    '',
    '1.10',
    '1.4-rolling-202310010317',
    '1.5-rolling-202401160022',
    '1.2.9',
    '1.6.0',
    '1.13',
    '2.0',
    '1.45',
    '2026',
    '2026.13',
    '20260.01',
    'rolling',
    'sagitta',
  ])('%j is not a supported version', (name) => {
    expect(parseRelease(name)).toBeUndefined();
    expect(() => renderConfig(example('tokyo-virginia'), 'tokyo-1', { vyos: name })).toThrow(
      /is not supported\n.*1\.1, 1\.3, 1\.4, 1\.5/,
    );
  });

  test.each([
    ['2025.07.31-0021-rolling', [false, false]],
    ['2025.08.01-0021-rolling', [true, false]],
    ['2026.05.31-0021-rolling', [true, false]],
    ['2026.06.01-0021-rolling', [true, true]],
  ])('%s: IKE retransmission and BFD strict %j', (name, has) => {
    const { commands } = parseRelease(name) ?? {};
    expect([commands?.retransmission, commands?.bfdStrict]).toEqual(has);
  });
});

describe('the commands of a newer release', () => {
  const topology = example('tokyo-virginia');
  const lines = (router: string, vyos: string) => renderConfig(topology, router, { vyos }).lines;

  test('are those of an older one, some renamed, and new ones', () => {
    const [older, newer] = [lines('virginia-1', '1.5'), lines('virginia-1', '2026.06.24-0045-rolling')];
    expect(older.filter((line) => !newer.includes(line))).toEqual([
      'set vpn ipsec site-to-site peer tokyo-1 connection-type respond',
    ]);
    expect(newer.filter((line) => !older.includes(line))).toEqual([
      'set vpn ipsec options retransmission attempts 3',
      'set vpn ipsec options retransmission base 1.8',
      'set vpn ipsec options retransmission timeout 2',
      'set vpn ipsec site-to-site peer tokyo-1 connection-type trap',
      'set protocols bgp neighbor 169.254.10.1 bfd strict',
      'set protocols bgp neighbor 169.254.254.2 bfd strict',
    ]);
  });

  test('a branch alone gets a note if its releases differ', () => {
    const notes = (router: string, vyos: string) => renderConfig(topology, router, { vyos }).notes;
    expect(notes('virginia-1', '1.5')).toEqual([expect.stringMatching(/connection-type respond; newer ones use trap/)]);
    expect([notes('tokyo-1', '1.5'), notes('virginia-1', '1.5.0'), notes('virginia-1', '1.4')]).toEqual([[], [], []]);
  });

  test('with VTIs both ends initiate at start, and only one restarts later', () => {
    const vti = (router: string) => renderConfig(topology, router, { tunnels: 'vti' }).lines.join('\n');
    expect([vti('tokyo-1'), vti('virginia-1')]).toEqual(
      Array(2).fill(expect.stringContaining('connection-type initiate')),
    );
    expect(vti('virginia-1')).toMatch(/ike-respond dead-peer-detection action clear[^]*ike-respond close-action none/);
  });
});

test.each([
  ['1.3', 'mobike disable'],
  ['1.4', 'disable-mobike'],
])('MOBIKE is off on %s', (vyos, setting) => {
  const { lines } = renderConfig(example('tokyo-virginia'), 'tokyo-1', { vyos });
  expect(lines).toContain(`set vpn ipsec ike-group ike-initiate ${setting}`);
});

describe('in profile original a full packet fits into 1500 bytes', () => {
  // Outer IP; UDP where NAT is crossed, which IKE of 1.1 does not; ESP, IV, whole blocks of packet, GRE, IP and trailer, HMAC.
  const size = (mtu: number, udp: 0 | 8) => 20 + udp + 8 + 16 + Math.ceil((mtu + 24 + 2) / 16) * 16 + 12;

  test.each([
    ['1.1', 0],
    ['1.3', 8],
    ['1.4', 8],
    ['1.5', 8],
  ] as const)('on %s', (vyos, udp) => {
    const { lines } = renderConfig(example('original-2014'), 'tokyo-1', { vyos });
    const mtus = lines.flatMap((line) => /tun\d+ mtu (\d+)$/.exec(line)?.[1] ?? []).map(Number);
    expect(mtus.length).toBeGreaterThan(0);
    for (const mtu of mtus) {
      expect(size(mtu, udp)).toBeLessThanOrEqual(1500);
    }
  });

  test('and not a byte more would', () => {
    expect(size(1398 + 1, 8)).toBeGreaterThan(1500);
  });
});
