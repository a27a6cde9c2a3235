import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillCreatedIds } from '#topology/created-ids.ts';
import type { RenderOptions } from '#vyos/options.ts';
import { renderConfig } from '#vyos/render.ts';
import { example, examples, routersOf } from './topologies.ts';

/** Checks `set` commands against VyOS's own grammar, offline. It stands beside the repository, not in it. */
const checker = fileURLToPath(new URL('../../../shared/vyos-check/vyos-check', import.meta.url));

const tokyoVirginia = example('tokyo-virginia');

const vrrpTransition = ' /config/vyos-failover/vrrp-transition ';

const combinations: readonly (RenderOptions & { readonly vyos: string })[] = [
  { profile: 'original', vyos: '1.1' },
  { profile: 'original', vyos: '1.3' },
  { profile: 'original', vyos: '1.4' },
  { profile: 'original', vyos: '1.5' },
  { profile: 'fast', vyos: '1.3' },
  { profile: 'fast', vyos: '1.4' },
  { profile: 'fast', vyos: '1.5' },
];

const cases = examples.flatMap((topology) =>
  combinations.map((options) => ({ topology, options, title: `${topology.name} ${options.profile} ${options.vyos}` })),
);

/** The checker's process: it starts once, and answers in order. */
let ask: (args: readonly string[], stdin: string) => Promise<unknown>;
let end: () => void;

function start(): void {
  const program = fileURLToPath(new URL('check-many.py', import.meta.url));
  const child = spawn('/usr/bin/python3', [program, checker], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  ask = async (args, stdin) => {
    child.stdin.write(`${JSON.stringify([args, stdin])}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`${checker} ended without an answer; its words are above`);
    return JSON.parse(value) as unknown;
  };
  end = () => child.stdin.end();
}

describe.skipIf(!existsSync(checker))(
  'VyOS accepts every line (skipped where ../shared/vyos-check is not there)',
  () => {
    beforeAll(start);
    afterAll(() => end());

    test.each(cases)('$title', async ({ topology, options }) => {
      const results = await Promise.all(routersOf(topology).map(({ name }) => check(topology, name, options)));
      for (const result of results) expect(result).toEqual(clean(result));
    });

    test.each(['created', 'edge-tables', 'mixed', 'one-site-and-a-far-end'])(
      'of the example %s, with the addresses that its deployment creates',
      async (name) => {
        const described = example(name);
        const routers = routersOf(described).map((router) => router.name);
        const topology = fillCreatedIds(described, (key) =>
          key.startsWith('address:') ? `198.51.100.${routers.indexOf(key.slice('address:'.length))}` : undefined,
        );
        for (const vyos of ['1.3', '1.4', '1.5'])
          for (const router of routers) {
            const result = await check(topology, router, { vyos });
            expect(result).toEqual(clean(result));
          }
      },
    );

    test.each(combinations)('with the router in a front subnet: $profile $vyos', async (options) => {
      const [topology] = examples;
      if (topology === undefined) throw new Error('there are no examples');
      const sites = topology.sites.map((site) => ({
        ...site,
        frontSubnets: [
          ...site.frontSubnets,
          site.routers.active.subnet,
          site.routers.active.subnet.replace('/24', '/25'),
        ],
      }));
      const result = await check({ ...topology, sites }, sites[0]?.routers.active.name ?? '', options);
      expect(result).toEqual(clean(result));
    });

    test.each(['1.3', '1.4', '1.5'] as const)('with VTIs on %s', async (vyos) => {
      const results = await Promise.all(
        examples.map((topology) =>
          check(topology, routersOf(topology)[0]?.name ?? '', { profile: 'fast', vyos, tunnels: 'vti' }),
        ),
      );
      for (const result of results) expect(result).toEqual(clean(result));
    });

    test.each(combinations)(
      'with the longest names, AS numbers of 32 bits and /31 tunnels: $profile $vyos',
      async (options) => {
        const long = (name: string) => name.padEnd(63, 'x');
        const topology = {
          ...tokyoVirginia,
          sites: tokyoVirginia.sites.map(({ routers: { active, standby }, ...site }, index) => ({
            ...site,
            asn: 4_294_967_294 - index,
            detectors: ['vrrp' as const],
            routers: {
              active: { ...active, name: long(active.name) },
              standby: { ...standby, name: long(standby.name) },
            },
          })),
          tunnels: tokyoVirginia.tunnels.map(({ between: [first, second], ...tunnel }, index) => ({
            ...tunnel,
            between: [long(first), long(second)] as const,
            network: `169.254.10.${2 * index}/31`,
          })),
        };
        const result = await check(topology, long('tokyo-1'), options);
        expect(result).toEqual(clean(result));
      },
    );

    // Its grammar is of October 2024, and older than these commands.
    test.each(examples.map(({ name, ...rest }) => ({ name, topology: { name, ...rest } })))(
      'with what newer releases of 1.5 have besides, which alone it does not know: $name',
      async ({ topology }) => {
        const newer = { profile: 'fast', vyos: '2026.06.24-0045-rolling' } as const;
        for (const { name } of routersOf(topology)) {
          const { lines } = renderConfig(topology, name, newer);
          const known = lines
            .filter((line) => !/ options retransmission | bfd strict$/.test(line))
            .map((line) => line.replace('connection-type trap', 'connection-type respond'));
          expect(known.length).toBeLessThan(lines.length);
          const { errors, commit_errors } = await run('1.5', known);
          expect([errors, commit_errors]).toEqual([[], []]);
        }
      },
    );

    test('the checker finds errors', async () => {
      const result = await run('1.4', ['set interfaces tunnel tun0 local-ip 10.255.1.1']);
      expect(result.errors).toHaveLength(1);
    });
  },
);

interface Result {
  readonly router: string;
  readonly lines: number;
  readonly checked: number;
  readonly errors: readonly unknown[];
  readonly commit_errors: readonly unknown[];
  readonly unchecked: readonly (readonly [path: string, why: string])[];
}

function clean({ router, lines }: Result): Result {
  return { router, lines, checked: lines, errors: [], commit_errors: [], unchecked: [] };
}

async function check(topology: (typeof examples)[number], router: string, options: RenderOptions): Promise<Result> {
  const { lines, vyos } = renderConfig(topology, router, options);
  const result = await run(vyos, lines);
  // Whether a script is there, only a router can say.
  const unchecked = result.unchecked.filter(([path, why]) => why !== 'wants script' || !path.includes(vrrpTransition));
  return { router, lines: lines.length, ...result, unchecked };
}

async function run(version: string, lines: readonly string[]): Promise<Omit<Result, 'router' | 'lines'>> {
  const args = ['--version', version, '--commit', '--strict', '--json'];
  const answer = await ask(args, `${lines.join('\n')}\n`);
  const { checked, errors, commit_errors, unchecked } = answer as Omit<Result, 'router' | 'lines'>;
  return { checked, errors, commit_errors, unchecked };
}
