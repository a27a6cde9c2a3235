import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { answerRequest } from '#functions/route-swap/answer-request.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { unverified } from '#functions/route-swap/unverified.ts';
import { SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

let folder: string;
let portsFor: (context: Context) => SwapPorts;

// The handler reads its environment when it is loaded.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redelivery-'));
  await writeFile(join(folder, 'site.json'), JSON.stringify(SITE));
  vi.stubEnv('LAMBDA_TASK_ROOT', folder);
  vi.stubEnv('SITE_TABLE', 'stored');
  vi.stubEnv('PROBE_DOCUMENT', 'probe');
  vi.stubEnv('EXAMINE_DOCUMENT', 'examine');
  vi.stubEnv('AWS_REGION', SITE.region);
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'VyosFailover');
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'route-swap');
  ({ portsFor } = await import('#functions/route-swap/handler.ts'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const STOPPED = {
  instance: 'stopped',
  interface: 'attached',
  sourceDestCheck: false,
  statusChecks: 'unknown',
} as const;
const EVENT = { source: 'aws.ec2', id: 'event-1', detail: { 'instance-id': 'i-0000000000000001a', state: 'stopped' } };
const CONTEXT = {
  invokedFunctionArn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:route-swap',
  awsRequestId: 'request-1',
  getRemainingTimeInMillis: () => 15_000,
} as Context;

it('metrics are published at once: Lambda may end a run during its announcements', () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  portsFor(CONTEXT).metric('LockBypassed', 1);
  const lines = written.mock.calls.map(([line]) => String(line));
  written.mockRestore();
  const [found = '{}'] = lines.filter((line) => line.includes('LockBypassed'));
  // As the alarm asks for it.
  expect(JSON.parse(found)).toMatchObject({
    LockBypassed: 1,
    topology: SITE.topology,
    site: SITE.name,
    service: 'route-swap',
    _aws: { CloudWatchMetrics: [{ Namespace: 'VyosFailover' }] },
  });
});

it('an event that Lambda delivers twice under one request id begins one swap, even if both runs observe before either begins', async () => {
  const world = new FakeWorld();
  world.hasSaid('tokyo-2', world.now, UP);
  world.ec2 = { ...world.ec2, 'tokyo-1': STOPPED };
  const { store } = world.tools();
  const bothLooked = meeting(2);
  const recall = async (id: string) => {
    const seen = await store.read(id);
    await bothLooked();
    return seen;
  };
  const { request } = unverified(readDirectRequest(EVENT, SITE));
  const deliver = () => {
    const { run } = portsFor(CONTEXT);
    return answerRequest(request, undefined, { ...world.tools({ run }), store: { ...store, read: recall } });
  };
  const results = await Promise.all([deliver(), deliver()]);
  expect(results).toMatchObject([
    { outcome: 'swapped', epoch: 1 },
    { outcome: 'refused', reason: 'lease-held' },
  ]);
  expect(world.replaced).toHaveLength(SITE.routes.length);
  expect([...world.targets.values()]).toEqual([STANDBY_ENI, STANDBY_ENI]);
});

/** Resolves for all callers when this many have called. */
function meeting(people: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let came = 0;
  return () => {
    came += 1;
    if (came === people) resolve();
    return promise;
  };
}
