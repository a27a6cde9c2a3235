import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { printed } from '../contract/bgp-summary.cases.ts';
import { HEALTHY_COUNTS, TestRouter } from './router.fixture.ts';

const evidenceOf = async (router: TestRouter) => {
  router.countsSessions();
  expect((await router.report()).status).toBe(0);
  return router.bodies()[0]?.evidence;
};

const none = { configured: 1, established: 0, receiving: 0, unreadable: 0 };

describe('report, giving evidence', () => {
  it('queries the summary of bgpd, and sends the counts', async () => {
    const router = await TestRouter.start({ BGP_TUNNELS: '169.254.10.2 fd00::2', BGP_PAIR: '169.254.254.99' });
    await router.command(
      'vtysh',
      `[[ $#/$* == "4/-d bgpd -c show bgp summary json" ]] && cat <<'EOF'\n${printed('frr-8.4')}\nEOF`,
    );

    expect((await evidenceOf(router))?.bgp).toEqual({
      tunnels: { configured: 2, established: 2, receiving: 2, unreadable: 0 },
      pair: none,
    });
  });

  it('counts 600 neighbors, whose list would fit into no report', async () => {
    const addresses = Array.from({ length: 600 }, (_, i) => `169.254.${100 + Math.floor(i / 250)}.${i % 250}`);
    const router = await TestRouter.start({ BGP_TUNNELS: addresses.join(' ') });
    const peer = JSON.stringify({ desc: 'x'.repeat(400), state: 'Established', pfxRcd: 2 });
    await router.command(
      'vtysh',
      `printf '{"ipv4Unicast":{"peers":{"10.0.0.1":{"state":"Active"}'
       for address in ${addresses.join(' ')}; do printf ',"%s":%s' "$address" '${peer}'; done
       printf '}}}'`,
    );

    expect((await evidenceOf(router))?.bgp).toMatchObject({ tunnels: { configured: 600, receiving: 600 } });
    expect(router.api.requests[0]?.body.length).toBeLessThan(2_000);
  });

  it('sends zero sessions if bgpd does not run', async () => {
    const router = await TestRouter.start();
    await router.command('vtysh', 'echo "Exiting: failed to connect to any daemons." >&2; exit 1');

    const evidence = await evidenceOf(router);
    expect(evidence?.bgp).toEqual({ tunnels: none, pair: none });
    expect(evidence).not.toHaveProperty('bgpError');
  });

  it('does not mind what vtysh grumbles about', async () => {
    const router = await TestRouter.start();
    await router.command('vtysh', `echo "% Can't open configuration file" >&2; echo '{}'`);

    expect((await evidenceOf(router))?.bgp).toEqual({ tunnels: none, pair: none });
  });

  it('knows nothing of its path where no neighbors are named', async () => {
    const router = await TestRouter.start({ BGP_TUNNELS: 'none' });

    expect(await evidenceOf(router)).toMatchObject({
      bgp: null,
      bgpError: 'report.conf names no BGP neighbors (BGP_TUNNELS): install the newest bundle of this router',
    });
  });

  it('sends what vtysh complained of, whatever is in it', async () => {
    const router = await TestRouter.start();
    await router.command('vtysh', `printf 'no "bgpd"\\n\\t\\\\ \\001\\033 \\303\\251 \\377 $(id)' >&2; exit 3`);

    const evidence = await evidenceOf(router);
    expect(evidence?.bgp).toBeNull();
    expect(evidence?.bgpError).toContain(
      'BGP sessions cannot be counted (status 3): no "bgpd"\n\t\\ \u0001\u001b ?? ? $(id)',
    );
  });

  it.each([
    ['no JSON', `echo '% BGP instance not found'`, 'count-sessions: this is no JSON'],
    ['half an object', `echo '{"peers":'`, 'count-sessions: this is no JSON'],
    ['no summary', `echo '{"warning":"no BGP"}'`, 'count-sessions: this is no BGP summary'],
    ['a NUL', `printf '{"a":1\\000}'`, 'count-sessions: this is no JSON'],
    ['nothing', 'exit 0', 'count-sessions: this is no JSON'],
  ])('reports without BGP evidence when vtysh writes %s', async (_, script, fault) => {
    const router = await TestRouter.start();
    await router.command('vtysh', script);

    const evidence = await evidenceOf(router);
    expect(evidence?.bgp).toBeNull();
    expect(evidence?.bgpError).toContain(fault);
    expect(await router.log()).toContain('no BGP evidence: ');
  });

  it('does not wait for a vtysh that hangs', async () => {
    const router = await TestRouter.start();
    await router.command('vtysh', 'exec sleep 100');

    expect(await evidenceOf(router)).toMatchObject({ bgp: null, bgpError: 'vtysh did not end within 1 s' });
    await router.untilIdle();
  });

  it('leaves no file behind, on a disk that may be full', async () => {
    const router = await TestRouter.start();
    const before = readdirSync(router.directory);

    expect((await evidenceOf(router))?.bgp).toEqual(HEALTHY_COUNTS);
    expect(readdirSync(router.directory).toSorted()).toEqual([...before, 'report.log', 'state'].toSorted());
  });
});
