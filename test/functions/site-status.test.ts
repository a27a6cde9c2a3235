import { expect, it } from 'vitest';
import { answerSiteRequest } from '#functions/route-swap/answer-site-request.ts';
import { STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

it('status answers with the names of its first version', async () => {
  const world = new FakeWorld();
  world.stored = { ...world.stored, probes: [world.round(world.now - 20_000, { 'tokyo-1': UP, 'tokyo-2': UP })] };
  world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], instance: 'stopped' } as never };
  const answer = await answerSiteRequest({ action: 'status' }, world.tools());
  expect(answer).toMatchObject({
    seen: { memory: { testimonies: [], epoch: 0 }, routers: { 'tokyo-2': { statements: [{ by: 'probe' }] } } },
    decision: { kind: 'swap', to: { name: 'tokyo-2', eni: STANDBY_ENI }, from: { name: 'tokyo-1' }, automatic: true },
  });
});
