import { expect, test } from 'vitest';
import { renderConfig } from '#vyos/render.ts';
import { example } from './topologies.ts';

const topology = example('ipv6-and-prefix-lists');

const vrrpLines = (router: string, vyos: '1.1' | '1.3' | '1.4') =>
  renderConfig({ ...topology, profile: vyos === '1.1' ? 'original' : 'fast' }, router, { vyos }).lines.filter((line) =>
    line.includes(' vrrp '),
  );

const groupOf = (lines: readonly string[], name: string) =>
  lines.filter((line) => line.includes(` group ${name} `)).map((line) => line.split(` group ${name} `)[1]);

test('each router is master of one group, and detects the failure of the other’s master', () => {
  const [one, two] = [vrrpLines('frankfurt-1', '1.4'), vrrpLines('frankfurt-2', '1.4')];
  expect(groupOf(one, 'watch-frankfurt-1')).toContain('priority 200');
  expect(groupOf(two, 'watch-frankfurt-1')).toContain('priority 100');
  expect(groupOf(one, 'watch-frankfurt-2')).toContain('priority 100');
  expect(groupOf(two, 'watch-frankfurt-2')).toContain('priority 200');
  const scripts = (lines: readonly string[]) => lines.filter((line) => line.includes('transition-script'));
  expect(scripts(two)).toEqual([
    "set high-availability vrrp group watch-frankfurt-1 transition-script backup '/config/vyos-failover/vrrp-transition backup'",
    "set high-availability vrrp group watch-frankfurt-1 transition-script master '/config/vyos-failover/vrrp-transition master'",
  ]);
  expect(scripts(one).every((line) => line.includes('watch-frankfurt-2'))).toBe(true);
});

test('both ends agree on a group’s number and virtual address, which no other group and no tunnel has', () => {
  const both = (name: string) =>
    [vrrpLines('frankfurt-1', '1.4'), vrrpLines('frankfurt-2', '1.4')].map((lines) =>
      groupOf(lines, name).filter((line) => /^(vrid|address)/.test(line ?? '')),
    );
  expect(both('watch-frankfurt-1')[0]).toEqual(both('watch-frankfurt-1')[1]);
  expect(both('watch-frankfurt-1')[0]).toEqual(['vrid 181', 'address 169.254.254.5/32']);
  expect(both('watch-frankfurt-2')[0]).toEqual(['vrid 182', 'address 169.254.254.6/32']);
});

test('it is unicast, from the router’s own address to its partner’s', () => {
  const group = groupOf(vrrpLines('frankfurt-1', '1.4'), 'watch-frankfurt-2');
  expect(group).toEqual(expect.arrayContaining(['hello-source-address 10.3.100.10', 'peer-address 10.3.101.10']));
});

test('1.3 has another node for the address, and 1.1, which has no unicast VRRP, gets a note', () => {
  expect(groupOf(vrrpLines('frankfurt-1', '1.3'), 'watch-frankfurt-1')).toContain('virtual-address 169.254.254.5/32');
  expect(vrrpLines('frankfurt-1', '1.1')).toEqual([]);
  const { notes } = renderConfig({ ...topology, profile: 'original' }, 'frankfurt-1', { vyos: '1.1' });
  expect(notes.join()).toMatch(/frankfurt-1 gets no VRRP configuration: VyOS 1\.1/);
});

test('a site without the detector has none', () => {
  expect(vrrpLines('tokyo-1', '1.4')).toEqual([]);
});
