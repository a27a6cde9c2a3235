import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { countSessionsIn } from '#failover/bgp-summary.ts';
import type { BgpNeighbors } from '#failover/site.ts';
import { printed, summaryCases } from './bgp-summary.cases.ts';
import { countSessions } from './count-sessions.ts';

/** As `evidence.sh` and the probe's document give them to the router's program. */
const namedAs = ({ tunnels, pair }: BgpNeighbors) => [
  '--tunnels',
  tunnels.join(' ') || 'none',
  '--pair',
  pair.join(' ') || 'none',
];

describe('the functions and the routers count BGP sessions alike', () => {
  const onRouter = countSessions(
    summaryCases.map(({ output, neighbors }) => ({ args: namedAs(neighbors), input: output })),
  );
  const cases = summaryCases.map((each, index) => ({ ...each, counted: onRouter[index] }));
  const readable = cases.filter(({ counts }) => counts !== undefined);
  const unreadable = cases.filter(({ counts }) => counts === undefined);

  it('by the program itself, as by its module', () => {
    const [first] = readable;
    if (first === undefined) throw new Error('there are no cases');
    const { status, stdout, stderr } = spawnSync('router/count-sessions', namedAs(first.neighbors), {
      input: first.output,
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual(first.counted);
  });

  it.each(readable)('$what', ({ output, neighbors, counts, counted }) => {
    expect(countSessionsIn(output, neighbors)).toEqual(counts);

    expect(counted).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(counted?.stdout ?? '')).toEqual(counts);
    expect(countSessionsIn(counted?.stdout ?? '', neighbors)).toEqual(counts);
  });

  it.each(unreadable)('unknown: $what', ({ output, neighbors, counted }) => {
    expect(countSessionsIn(output, neighbors)).toBeUndefined();

    expect(counted).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^count-sessions: this is no .*\n$/) as string,
    });
  });
});

describe('count-sessions', () => {
  it('takes what is cut off for unreadable, wherever the cut is', () => {
    // One Python for all cuts: 2,500 of them would take a minute.
    const program = [
      'import importlib.machinery, sys',
      'module = importlib.machinery.SourceFileLoader("count_sessions", "router/count-sessions").load_module()',
      'whole = sys.stdin.buffer.read().rstrip()',
      'wrong = []',
      'for end in range(len(whole)):',
      '    try: wrong.append((end, module.families_in(module.parse(whole[:end]))))',
      '    except module.Unreadable: pass',
      'print(len(whole), wrong)',
    ];
    const args = ['-B', '-W', 'ignore', '-c', program.join('\n')];
    const { stdout, stderr } = spawnSync('/usr/bin/python3', args, { input: printed('frr-10.3'), encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^\d{4} \[\]\n$/) as unknown, stderr: '' });
  });

  it('reads neighbors whose description is in an alphabet of its own', () => {
    const output = Buffer.from('{"ipv4Unicast":{"peers":{"192.0.2.1":{"desc":"\xe9","state":"Active"}}}}', 'latin1');
    const { stdout } = spawnSync('router/count-sessions', ['--tunnels', '192.0.2.1', '--pair', 'none'], {
      input: output,
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toMatchObject({ tunnels: { configured: 1, established: 0, unreadable: 0 } });
  });

  it.each([
    ['no neighbors named', []],
    ['an empty list, which would be a router without any path', ['--tunnels', '', '--pair', 'none']],
    ['what is no address', ['--tunnels', '169.254.10.2 $(id)', '--pair', 'none']],
    ['an option too much', ['--tunnels', 'none', '--pair', 'none', '--more']],
  ])('refuses %s, with a sentence', (_, args) => {
    const { status, stdout, stderr } = spawnSync('router/count-sessions', args, { input: '{}', encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^count-sessions: .+\n$/);
  });

  it('is Python 3.7, which VyOS 1.3 has', () => {
    const check = 'import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 7))';
    const source = spawnSync('cat', ['router/count-sessions'], { encoding: 'utf8' }).stdout;
    expect(spawnSync('/usr/bin/python3', ['-c', check], { input: source, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});
