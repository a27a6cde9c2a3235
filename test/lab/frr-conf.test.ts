import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frrConf } from '#lab/frr-conf.ts';
import type { Topology } from '#topology/topology.ts';
import { renderConfig } from '#vyos/render.ts';
import { example, examples, routersOf } from '../vyos/topologies.ts';

const commands = (topology: Topology, router: string) => renderConfig(topology, router, { vyos: '1.4' }).lines;
const standby = commands(example('tokyo-virginia'), 'tokyo-2');
const hasFrr = spawnSync('vtysh', ['--help']).status === 0;

describe('the FRR configuration of a router’s set commands', () => {
  it('is what VyOS 1.4 would write, for the standby of the example', () => {
    expect(frrConf(standby)).toMatchInlineSnapshot(`
      "frr defaults traditional
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
        detect-multiplier 6
        receive-interval 50
        transmit-interval 50
       exit
      exit
      router bgp 65001
       no bgp ebgp-requires-policy
       no bgp default ipv4-unicast
       no bgp network import-check
       address-family ipv4 unicast
        redistribute static route-map static-to-bgp
       exit-address-family
       neighbor 169.254.10.6 remote-as 65002
       neighbor 169.254.10.6 bfd
       neighbor 169.254.10.6 bfd profile failover
       neighbor 169.254.10.6 description virginia-2
       neighbor 169.254.10.6 timers connect 3
       neighbor 169.254.10.6 timers 4 12
       neighbor 169.254.10.6 update-source tun0
       address-family ipv4 unicast
        neighbor 169.254.10.6 maximum-prefix 20
        neighbor 169.254.10.6 route-map ebgp-out out
        neighbor 169.254.10.6 route-map ebgp-in in
        neighbor 169.254.10.6 soft-reconfiguration inbound
        neighbor 169.254.10.6 activate
       exit-address-family
       neighbor 169.254.254.1 remote-as 65001
       neighbor 169.254.254.1 bfd
       neighbor 169.254.254.1 bfd profile failover
       neighbor 169.254.254.1 description tokyo-1
       neighbor 169.254.254.1 timers connect 3
       neighbor 169.254.254.1 timers 4 12
       address-family ipv4 unicast
        neighbor 169.254.254.1 maximum-prefix 20
        neighbor 169.254.254.1 next-hop-self
        neighbor 169.254.254.1 route-map ibgp-out out
        neighbor 169.254.254.1 route-map ibgp-in in
        neighbor 169.254.254.1 soft-reconfiguration inbound
        neighbor 169.254.254.1 activate
       exit-address-family
       bgp log-neighbor-changes
       bgp router-id 10.255.1.2
       timers bgp 4 12
      exit
      "
    `);
  });

  it('has neither BFD nor timers of neighbors in profile original, as the article had none', () => {
    const conf = frrConf(commands(example('original-2014'), 'tokyo-1'));
    expect(conf).not.toMatch(/bfd|neighbor \S+ timers/);
    expect(conf).toMatch(/^ timers bgp 4 12$/m);
    expect(conf).toMatch(/^ {2}network 10\.1\.100\.0\/24 route-map routemap-connect-to-bgp$/m);
  });

  it('leaves out what VyOS has other programs do', () => {
    const others = ['set interfaces tunnel tun0 mtu 1414', 'set vpn ipsec interface eth0', 'set service ssh port 22'];
    expect(frrConf(others)).toBe('frr defaults traditional\n');
  });

  it.each([
    'set protocols bgp neighbor 169.254.10.6 ebgp-multihop 2',
    'set protocols bgp neighbor 169.254.10.6 address-family ipv4-unicast maximum-prefix 20 oddly',
    'set protocols bgp parameters always-compare-med',
    'set protocols bgp address-family ipv4-unicast redistribute static metric 5',
    'set protocols bfd peer 169.254.10.6 interval transmit 300',
    'set protocols ospf area 0 network 10.0.0.0/8',
    'set protocols static route 10.9.0.0/16 next-hop 10.1.101.1 distance 5',
    'set policy prefix-list front-own rule 10 ge 24',
    'set policy route-map ebgp-out rule 10 set as-path prepend 65001',
    'set policy as-path-list strange rule 10 action permit',
  ])('is never less than what was set: it refuses "%s" by name', (line) => {
    expect(() => frrConf([...standby, line])).toThrow(line);
  });

  it('refuses the syntax of VyOS 1.3, whose BGP begins with its AS number', () => {
    const old = renderConfig(example('tokyo-virginia'), 'tokyo-1', { vyos: '1.3' }).lines;
    expect(() => frrConf(old)).toThrow('set protocols bgp 65001 neighbor');
  });

  it('shows no password that a refused line has in it', () => {
    const line = 'set protocols bgp neighbor 169.254.10.6 password open-sesame';
    expect(() => frrConf([...standby, line])).toThrow(/password \(not shown\)/);
    expect(() => frrConf([...standby, line])).not.toThrow(/open-sesame/);
  });

  it.each(['delete protocols bgp', 'hello'])('refuses "%s", which sets nothing', (line) => {
    expect(() => frrConf([...standby, line])).toThrow(`line ${standby.length + 1} of the configuration`);
  });

  it.each([
    ['set policy prefix-list front-own rule 10 prefix 10.8.0.0/20', 'has 2 values'],
    ['set policy prefix-list front-own rule 30 prefix 10.8.0.0/20', 'rule 30 action is missing'],
  ])('refuses what VyOS could not have: %s', (line, why) => {
    expect(() => frrConf([...standby, line])).toThrow(why);
  });

  it('has no timers of which only one is set, as in VyOS', () => {
    const half = standby.filter((line) => !/ timers holdtime /.test(line));
    expect(frrConf(standby)).toMatch(/timers bgp/);
    expect(frrConf(half)).not.toMatch(/timers bgp|timers 4/);
  });
});

describe.skipIf(!hasFrr)(`FRR’s own grammar${hasFrr ? '' : ' (skipped: vtysh is not installed)'}`, () => {
  const all = examples.flatMap((topology) =>
    routersOf(topology).map(({ name }) => ({ of: topology.name, router: name, topology })),
  );

  it.each(all)('accepts the configuration of $router of $of', ({ router, topology }) => {
    expect(grammarFaults(frrConf(commands(topology, router)))).toBe('');
  });

  it('would not take anything else', () => {
    expect(grammarFaults(frrConf(standby).replace('remote-as', 'remote-es'))).toContain('remote-es');
  });
});

function grammarFaults(conf: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'frr-conf-'));
  const file = join(directory, 'frr.conf');
  writeFileSync(file, conf);
  const { status, stdout, stderr } = spawnSync('vtysh', ['-C', '-f', file], { encoding: 'utf8', timeout: 10_000 });
  rmSync(directory, { recursive: true });
  return status === 0 ? stdout : `status ${status}: ${stdout}${stderr}`;
}
