/** The plan of a first push to a router that has other BGP neighbors and IPsec peers. */
import { describe, expect, it } from 'vitest';
import { renderConfig } from '#vyos/render.ts';
import { FILE, PushedPair, RENUMBERED, topology } from './pushed-pair.ts';

async function plan(running: readonly string[], { version = '1.4.2', file = FILE } = {}) {
  const pair = new PushedPair();
  delete pair.pushes.configs['tokyo-2'];
  pair.standby.running = [...running];
  pair.standby.version = version;
  const { routers } = await pair.plan(file);
  const found = routers.find(({ name }) => name === 'tokyo-2');
  if (found === undefined) throw new Error('no plan of tokyo-2');
  return found;
}

const NEIGHBOR = ['set protocols bgp system-as 65001', 'set protocols bgp neighbor 10.9.0.2 remote-as 65009'];

describe('a router with an AS number for others', () => {
  it.each([
    ['1.4.2', ['set protocols bgp system-as 64512', 'set protocols bgp neighbor 10.9.0.2 remote-as 64513']],
    ['1.3.8', ['set protocols bgp 64512 neighbor 10.9.0.2 remote-as 64513']],
  ])('is refused with what to write, before VyOS would refuse a second one (%s)', async (version, running) => {
    const { problem } = await plan(running, { version });
    expect(problem?.reason).toBe('as-number');
    expect(problem?.says).toMatch(
      /tokyo-2 has BGP neighbors that the topology does not manage \(protocols bgp .*neighbor 10\.9\.0\.2\) and uses AS 64512;.*write asn: 64512 for its site/,
    );
  });

  it('is pushed to where it is the same', async () => {
    expect((await plan(NEIGHBOR)).problem).toBeUndefined();
  });
});

it('gives up no name that is every image’s: vyos', async () => {
  const [fresh, named] = [await plan(['set system host-name vyos']), await plan(['set system host-name hub'])];
  expect([fresh.problem, fresh.commands.includes('set system host-name tokyo-2')]).toEqual([undefined, true]);
  expect(named.problem?.reason).toBe('drift');
});

describe('what VyOS has once for all', () => {
  it('is said to hold for the neighbors of others, too', async () => {
    const { notes } = await plan(NEIGHBOR);
    expect(notes).toContain(
      'in protocols bgp, parameters router-id and timers will also apply to BGP neighbors that the topology does not manage (protocols bgp neighbor 10.9.0.2); ' +
        'every BGP session of the router starts anew',
    );
  });

  it('is said to hold for the IPsec peers of others, too', async () => {
    const running = ['set vpn ipsec site-to-site peer office remote-address 198.51.100.1'];
    const { notes } = await plan(running, { file: `${FILE}\ntunnelType: vti\n` });
    expect(notes.join()).toContain(
      'in vpn ipsec, options disable-route-autoinstall will also apply to IPsec peers that the topology does not manage (vpn ipsec site-to-site peer office); ' +
        'no routes are installed for their selectors any more',
    );
  });

  it('is not mentioned without other neighbors, or without a change', async () => {
    expect((await plan([])).notes).toEqual([]);
    const pair = new PushedPair();
    pair.standby.running.push(...NEIGHBOR);
    expect((await pair.plan(FILE)).routers.flatMap(({ notes }) => notes)).toEqual([]);
  });

  it('does not filter announcements that were unfiltered, unless requested', async () => {
    const bare = 'set protocols bgp address-family ipv4-unicast redistribute static';
    const { drift, problem } = await plan([...NEIGHBOR, bare]);
    expect(drift.added).toEqual([bare]);
    expect(problem?.reason).toBe('drift');
  });
});

describe('a created router to which nothing was pushed since its first boot', () => {
  function newPair(): PushedPair {
    const pair = new PushedPair();
    delete pair.pushes.configs['tokyo-2'];
    pair.standby.applyAtFirstBoot(renderConfig(topology, 'tokyo-2').lines);
    return pair;
  }

  it('needs no push, and its keys are known: a push has nothing to do, and stores what it runs', async () => {
    const pair = newPair();
    expect((await pair.push({ topology: FILE })).outcome).toBe('unchanged');
    expect(pair.standby.acts).toEqual([]);
    expect(pair.pushes.configs['tokyo-2']?.lines).toEqual(renderConfig(topology, 'tokyo-2').lines);
  });

  it('gets what has changed, no key, and loses what the topology no longer has', async () => {
    const { routers } = await newPair().plan(RENUMBERED);
    const found = routers.find(({ name }) => name === 'tokyo-2');
    expect(found?.problem).toBeUndefined();
    expect(found?.commands.join('\n')).toContain('delete protocols bgp neighbor 169.254.10.6');
    expect(found?.commands.join('\n')).not.toContain('{{ssm:');
  });

  it('and that somebody has changed is compared as one that an operator has configured', async () => {
    const pair = newPair();
    pair.standby.running = pair.standby.running.map((line) => line.replace('mtu 1414', 'mtu 1300'));
    const found = (await pair.plan(FILE)).routers.find(({ name }) => name === 'tokyo-2');
    expect(found?.drift.added.join()).toContain('mtu 1300');
    expect(found?.commands.join('\n')).toContain('{{ssm:');
  });
});
