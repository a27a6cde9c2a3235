import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printed } from '../contract/bgp-summary.cases.ts';
import { HEALTHY_COUNTS, TestRouter } from './router.fixture.ts';

const evidenceOf = async (router: TestRouter) => {
  router.countsSessions();
  expect((await router.report()).status).toBe(0);
  return router.bodies()[0]?.evidence;
};

const none = { configured: 1, established: 0, receiving: 0, unreadable: 0 };

/** 600 neighbors of an established session each, and one that is not the topology's. */
const NEIGHBORS = Array.from({ length: 600 }, (_, i) => `169.254.${100 + Math.floor(i / 250)}.${i % 250}`);
const MANY = JSON.stringify({
  ipv4Unicast: {
    peers: {
      '10.0.0.1': { state: 'Active' },
      ...Object.fromEntries(
        NEIGHBORS.map((address) => [address, { desc: 'x'.repeat(400), state: 'Established', pfxRcd: 2 }]),
      ),
    },
  },
});

interface Situation {
  readonly vtysh: string;
  readonly tunnels?: string;
}

/** The evidence of a report in each situation, gathered by one process. */
async function gathered<What extends string>(
  situations: Readonly<Record<What, Situation>>,
): Promise<Record<What, unknown>> {
  const router = await TestRouter.start();
  router.countsSessions();
  const program = [
    'HERE=$0',
    '. "$HERE/lib/begin.sh"',
    'begin evidence',
    '. "$HERE/lib/json.sh"',
    '. "$HERE/lib/evidence.sh"',
  ];
  const all = Object.entries<Situation>(situations);
  for (const [index, [, { vtysh, tunnels = '169.254.10.6' }]] of all.entries()) {
    await router.command(`vtysh-${index}`, vtysh);
    program.push(
      `VTYSH=vtysh-${index} BGP_TUNNELS='${tunnels}'`,
      'start_evidence',
      'gather_evidence',
      'echo "{$SEEN}" >&2',
    );
  }
  const { stderr } = await router.run([program.join('\n'), join(router.directory, 'programs')], {
    within: ['bash', '--norc', '-c'],
  });
  const seen = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  return Object.fromEntries(all.map(([what], index) => [what, seen[index]])) as Record<What, unknown>;
}

const noneCounted = { bgp: { tunnels: none, pair: none } };
const uncounted = (fault: string) => ({ bgp: null, bgpError: expect.stringContaining(fault) as unknown });

it('a report knows the counts of its sessions, or why there are none', async () => {
  expect(
    await gathered({
      'bgpd does not run': { vtysh: 'echo "Exiting: failed to connect to any daemons." >&2; exit 1' },
      'vtysh grumbles': { vtysh: `echo "% Can't open configuration file" >&2; echo '{}'` },
      '600 neighbors, whose list would fit into no report': { vtysh: `echo '${MANY}'`, tunnels: NEIGHBORS.join(' ') },
      'no neighbors are named': { vtysh: `echo '{}'`, tunnels: 'none' },
      'half an object': { vtysh: `echo '{"peers":'` },
      'no summary': { vtysh: `echo '{"warning":"no BGP"}'` },
      'a NUL': { vtysh: `printf '{"a":1\\000}'` },
      nothing: { vtysh: 'exit 0' },
    }),
  ).toEqual({
    'bgpd does not run': noneCounted,
    'vtysh grumbles': noneCounted,
    '600 neighbors, whose list would fit into no report': {
      bgp: { tunnels: { configured: 600, established: 600, receiving: 600, unreadable: 0 }, pair: none },
    },
    'no neighbors are named': {
      bgp: null,
      bgpError: 'report.conf names no BGP neighbors (BGP_TUNNELS): install the newest bundle of this router',
    },
    'half an object': uncounted('count-sessions: this is no JSON'),
    'no summary': uncounted('count-sessions: this is no BGP summary'),
    'a NUL': uncounted('count-sessions: this is no JSON'),
    nothing: uncounted('count-sessions: this is no JSON'),
  });
});

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

  it('sends what vtysh complained of, whatever is in it', async () => {
    const router = await TestRouter.start();
    await router.command('vtysh', `printf 'no "bgpd"\\n\\t\\\\ \\001\\033 \\303\\251 \\377 $(id)' >&2; exit 3`);

    const evidence = await evidenceOf(router);
    expect(evidence?.bgp).toBeNull();
    expect(evidence?.bgpError).toContain(
      'BGP sessions cannot be counted (status 3): no "bgpd"\n\t\\ \u0001\u001b ?? ? $(id)',
    );
  });

  it('reports without BGP evidence when its sessions cannot be counted', async () => {
    const router = await TestRouter.start();
    await router.command('vtysh', `echo '% BGP instance not found'`);

    const evidence = await evidenceOf(router);
    expect(evidence?.bgp).toBeNull();
    expect(evidence?.bgpError).toContain('count-sessions: this is no JSON');
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
