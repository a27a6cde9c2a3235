import { describe, expect, it } from 'vitest';
import type { CommandEnd } from '#aws/run-command.ts';
import { type ProbeTools, probeSite } from '#functions/health-probe/probe-site.ts';
import { FakeWorld } from './fakes.ts';

const summary = (state: string): CommandEnd => ({
  kind: 'answered',
  output: JSON.stringify({ ipv4Unicast: { as: 65001, peers: { '169.254.10.2': { remoteAs: 65002, state } } } }),
});
const UP = summary('Established');
const DOWN = summary('Active');
const SILENT: CommandEnd = { kind: 'silent', why: 'no answer within 10 s' };

async function probe(world: FakeWorld, answers: Readonly<Record<string, CommandEnd>>) {
  const asked: unknown[] = [];
  const tools = {
    ...world.tools(),
    readBgp: (router: { name: string }) => Promise.resolve(answers[router.name] ?? SILENT),
    askRouteSwap: (request: unknown) => Promise.resolve(asked.push(request)),
  } as unknown as ProbeTools;
  const result = await probeSite(tools);
  world.now += 60_000;
  return { asked, result };
}

describe('a round of the probe', () => {
  it('finds a healthy site healthy, remembers the round, and counts it', async () => {
    const world = new FakeWorld();
    const { asked, result } = await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(result.decision.kind).toBe('hold');
    expect(asked).toEqual([]);
    expect(world.memory.probes).toMatchObject([{ ebgp: { 'tokyo-1': { established: 1, configured: 1 } } }]);
    expect(world.metrics).toContainEqual({ name: 'ProbeRounds', value: 1 });
  });

  it('asks route-swap on the second round in a row without eBGP on the owner, not on the first', async () => {
    const world = new FakeWorld();
    expect((await probe(world, { 'tokyo-1': DOWN, 'tokyo-2': UP })).asked).toEqual([]);
    const second = await probe(world, { 'tokyo-1': DOWN, 'tokyo-2': UP });
    expect(second.asked).toEqual([{ action: 'probe', id: 'probe-run-1' }]);
  });

  it.each<[string, CommandEnd]>([
    ['a silent SSM agent', SILENT],
    ['a shell that fails', { kind: 'failed', why: 'exit code 127: vtysh: not found' }],
    ['output that is no JSON', { kind: 'answered', output: '% BGP instance not found' }],
    ['JSON that is no summary', { kind: 'answered', output: '[1]' }],
  ])('takes %s for unknown, never for down', async (_, end) => {
    const world = new FakeWorld();
    for (let round = 0; round < 4; round++)
      expect((await probe(world, { 'tokyo-1': end, 'tokyo-2': UP })).asked).toEqual([]);
    expect(world.memory.probes.at(-1)?.ebgp['tokyo-1']).toBeNull();
    expect(world.logged.some(({ message }) => message.startsWith('tokyo-1 did not tell'))).toBe(true);
  });

  it('asks at once when EC2 says that the owner does not run', async () => {
    const world = new FakeWorld();
    await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    world.ec2 = { ...world.ec2, 'tokyo-1': { instance: 'stopped', interface: 'attached', sourceDestCheck: false } };
    expect((await probe(world, { 'tokyo-1': SILENT, 'tokyo-2': UP })).asked).toHaveLength(1);
  });

  it('keeps only the last rounds', async () => {
    const world = new FakeWorld();
    for (let round = 0; round < 5; round++) await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(world.memory.probes).toHaveLength(3);
  });
});
