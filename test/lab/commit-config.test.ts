import { describe, expect, it } from 'vitest';
import { changesBesideRouting } from '#lab/commit-config.ts';

const running = [
  'set interfaces tunnel tun0 mtu 1414',
  'set vpn ipsec authentication psk virginia-1 secret one',
  'set policy prefix-list front-own rule 10 prefix 10.1.0.0/20',
  'set protocols bgp system-as 65001',
];

describe('a commit in the lab, which has daemons for routing alone', () => {
  it.each([
    ['nothing', running.map((line) => line.replace(/ (\S+)$/, " '$1'"))],
    ['routing', running.map((line) => line.replace('65001', '65009').replace('10.1.0.0', '10.1.16.0'))],
  ])('takes a change of %s', (_, after) => {
    expect(changesBesideRouting(running, after)).toEqual([]);
  });

  it('does not take one of a tunnel, a new one, or none any more', () => {
    expect(changesBesideRouting(running, running.with(0, 'set interfaces tunnel tun0 mtu 1300'))).toEqual([
      'set interfaces tunnel tun0 mtu 1414',
      'set interfaces tunnel tun0 mtu 1300',
    ]);
    expect(changesBesideRouting(running, running.slice(1))).toEqual(['set interfaces tunnel tun0 mtu 1414']);
  });

  it('does not take a new key, and does not show it', () => {
    const after = running.with(1, 'set vpn ipsec authentication psk virginia-1 secret two');
    expect(changesBesideRouting(running, after)).toEqual([
      'set vpn ipsec authentication psk virginia-1 secret (not shown)',
      'set vpn ipsec authentication psk virginia-1 secret (not shown)',
    ]);
  });
});
