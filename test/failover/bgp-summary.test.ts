import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countEbgp, parseBgpSummary } from '#failover/bgp-summary.ts';

/** FRR 8.4.4, `show bgp ipv4 unicast summary json`: no wrapper; `peerState` says OK for a dead neighbour. */
const unwrapped = {
  routerId: '10.255.1.1',
  as: 65001,
  peers: {
    '169.254.10.2': { remoteAs: 65002, localAs: 65001, state: 'Established', peerState: 'OK', pfxRcd: 4 },
    '169.254.10.6': { remoteAs: 65003, localAs: 65001, state: 'Active', peerState: 'OK' },
    '10.1.101.10': { remoteAs: 65001, localAs: 65001, state: 'Established', peerState: 'OK' },
  },
  failedPeers: 1,
};

describe('BGP summary', () => {
  it('counts eBGP and leaves the iBGP peer of the pair out', () => {
    expect(countEbgp(parseBgpSummary(unwrapped, 65001) ?? [])).toEqual({ established: 1, configured: 2 });
  });

  it('reads the wrapped form of `show bgp summary json` alike', () => {
    expect(parseBgpSummary({ ipv4Unicast: unwrapped }, 65001)).toEqual(parseBgpSummary(unwrapped, 65001));
  });

  it('reads FRR 7.5, which has neither localAs nor peerState', () => {
    const old = { as: 65001, peers: { '169.254.10.2': { remoteAs: 65002, state: 'Established' } } };
    expect(countEbgp(parseBgpSummary({ ipv4Unicast: old }, 65001) ?? [])).toEqual({ established: 1, configured: 1 });
  });

  it('counts a neighbour of two address families once, Established if it is in either', () => {
    const family = (state: string) => ({ as: 65001, peers: { '169.254.10.2': { remoteAs: 65002, state } } });
    const both = { ipv4Unicast: family('Active'), ipv6Unicast: family('Established') };
    expect(countEbgp(parseBgpSummary(both, 65001) ?? [])).toEqual({ established: 1, configured: 1 });
  });

  it('takes {} for a router without BGP: no session', () => {
    expect(parseBgpSummary({}, 65001)).toEqual([]);
  });

  it.each([null, 'x', 7, [], { error: 'bgpd is not running' }])('gives nothing for %j', (value) => {
    expect(parseBgpSummary(value, 65001)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => parseBgpSummary(value, 65001)).not.toThrow();
      }),
    );
  });
});
