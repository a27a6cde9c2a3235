import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frrConf } from '#lab/frr-conf.ts';
import { loadTopology } from '#topology/load.ts';
import type { Profile } from '#topology/topology.ts';
import { resolveRouter } from '#vyos/resolve.ts';

const FILE = 'examples/tokyo-virginia.yaml';

function confOf(router: string, profile: Profile = 'fast'): string {
  const { topology } = loadTopology(readFileSync(FILE, 'utf8'), FILE);
  if (topology === undefined) throw new Error(`${FILE} has mistakes`);
  return frrConf(resolveRouter(topology, router, { profile }));
}

describe('FRR’s part of a router’s configuration', () => {
  it('is all of it, for the standby of the example', () => {
    expect(confOf('tokyo-2')).toMatchInlineSnapshot(`
      "frr defaults traditional
      hostname tokyo-2
      ip route 10.1.0.0/20 10.1.101.1
      ip route 10.255.2.2/32 blackhole 254
      ip prefix-list front-own seq 10 permit 10.1.0.0/20
      ip prefix-list front-remote seq 10 permit 10.2.0.0/20
      route-map static-to-bgp permit 10
       match ip address prefix-list front-own
      exit
      route-map ebgp-in permit 10
       match ip address prefix-list front-remote
      exit
      route-map ebgp-out permit 10
       match ip address prefix-list front-own
       set metric 100
      exit
      route-map ebgp-out permit 20
       match ip address prefix-list front-remote
       set metric 100
      exit
      route-map ibgp-in permit 10
       match ip address prefix-list front-remote
      exit
      route-map ibgp-out permit 10
       match ip address prefix-list front-remote
      exit
      bfd
       profile failover
        transmit-interval 50
        receive-interval 50
        detect-multiplier 6
       exit
      exit
      router bgp 65001
       bgp router-id 10.255.1.2
       bgp log-neighbor-changes
       no bgp default ipv4-unicast
       no bgp network import-check
       no bgp ebgp-requires-policy
       timers bgp 4 12
       neighbor 169.254.10.6 remote-as 65002
       neighbor 169.254.10.6 description virginia-2
       neighbor 169.254.10.6 update-source tun0
       neighbor 169.254.10.6 timers 4 12
       neighbor 169.254.10.6 timers connect 3
       neighbor 169.254.10.6 bfd
       neighbor 169.254.10.6 bfd profile failover
       neighbor 169.254.254.1 remote-as 65001
       neighbor 169.254.254.1 description tokyo-1
       neighbor 169.254.254.1 update-source tun1000
       neighbor 169.254.254.1 timers 4 12
       neighbor 169.254.254.1 timers connect 3
       neighbor 169.254.254.1 bfd
       neighbor 169.254.254.1 bfd profile failover
       address-family ipv4 unicast
        redistribute static route-map static-to-bgp
        neighbor 169.254.10.6 activate
        neighbor 169.254.10.6 soft-reconfiguration inbound
        neighbor 169.254.10.6 maximum-prefix 20
        neighbor 169.254.10.6 route-map ebgp-in in
        neighbor 169.254.10.6 route-map ebgp-out out
        neighbor 169.254.254.1 activate
        neighbor 169.254.254.1 soft-reconfiguration inbound
        neighbor 169.254.254.1 next-hop-self
        neighbor 169.254.254.1 maximum-prefix 20
        neighbor 169.254.254.1 route-map ibgp-in in
        neighbor 169.254.254.1 route-map ibgp-out out
       exit-address-family
      exit
      "
    `);
  });

  it('lets the standby announce itself as the worse way, and the active as the better', () => {
    expect(confOf('tokyo-2')).toContain(' set metric 100');
    expect(confOf('tokyo-1')).not.toContain(' set metric 100');
  });

  it('has no BFD in profile original, as the article had none', () => {
    expect(confOf('tokyo-1', 'original')).not.toMatch(/bfd/);
    expect(confOf('tokyo-1', 'original')).toMatch(/^ timers bgp 4 12$/m);
  });

  it.skipIf(spawnSync('vtysh', ['--help']).status !== 0).each(['fast', 'original'] as const)(
    'is taken by FRR’s own grammar, profile %s (skipped where vtysh is not installed)',
    (profile) => {
      const directory = mkdtempSync(join(tmpdir(), 'frr-conf-'));
      const file = join(directory, 'frr.conf');
      writeFileSync(file, confOf('tokyo-1', profile));
      const { status, stdout, stderr } = spawnSync('vtysh', ['-C', '-f', file], { encoding: 'utf8', timeout: 10_000 });
      rmSync(directory, { recursive: true });
      expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: '' });
    },
  );
});
