import { beforeEach, expect, test } from 'vitest';
import type { CloudFormationAnswer } from '#aws/answer-cloudformation.ts';
import { answerRequest } from '#functions/mark-tables/answer-request.ts';
import { physicalIdOf } from '#functions/mark-tables/settings.ts';

const OWN = 'vyos-failover-t--tokyo';
const OTHER = 'vyos-failover-t--edo';

/** Marks by table; undefined: none. */
let tables: Map<string, string | undefined>;
/** Errors of the next calls to EC2. */
let faults: Error[];
let calls: number;
let answers: CloudFormationAnswer[];

beforeEach(() => {
  tables = new Map([
    ['rtb-1', undefined],
    ['rtb-2', undefined],
  ]);
  faults = [];
  calls = 0;
  answers = [];
});

const ports = {
  now: () => 0,
  // Never in time for the answer's deadline; a wait between retries is over at once.
  sleep: (ms: number) => (ms >= 60_000 ? new Promise<void>(() => undefined) : Promise.resolve()),
  answerBy: 100_000,
  describeControllers: (ids: readonly string[]) => {
    calls += 1;
    const fault = faults.shift();
    if (fault !== undefined) return Promise.reject(fault);
    return Promise.resolve(new Map(ids.flatMap((id) => (tables.has(id) ? [[id, tables.get(id)] as const] : []))));
  },
  mark: (ids: readonly string[], controller: string) => {
    for (const id of ids) tables.set(id, controller);
    return Promise.resolve();
  },
  unmark: (ids: readonly string[], controller: string) => {
    for (const id of ids) if (tables.get(id) === controller) tables.set(id, undefined);
    return Promise.resolve();
  },
  answer: (_url: string, answer: CloudFormationAnswer) => {
    answers.push(answer);
    return Promise.resolve();
  },
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
};

const BOTH = ['rtb-1', 'rtb-2'];

/** @param managed by the function's own deployment */
async function ask(
  RequestType: 'Create' | 'Update' | 'Delete',
  Tables: readonly string[] = BOTH,
  { managed = Tables, PhysicalResourceId = physicalIdOf(managed) } = {},
): Promise<CloudFormationAnswer | undefined> {
  await answerRequest(
    {
      RequestType,
      ResponseURL: 'https://answer.example/1',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Tables',
      ResourceProperties: { Controller: OWN, Region: 'ap-northeast-1', Tables },
      ...(RequestType !== 'Create' && { PhysicalResourceId }),
    },
    { ...ports, managed },
  );
  return answers.at(-1);
}

const marks = () => Object.fromEntries(tables);

test('marks every table', async () => {
  expect(await ask('Create')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalIdOf(BOTH) });
  expect(marks()).toEqual({ 'rtb-1': OWN, 'rtb-2': OWN });
});

test('marks none if another controller has marked one, and says which, and what to do', async () => {
  tables.set('rtb-2', OTHER);
  expect(await ask('Create')).toMatchObject({
    Status: 'FAILED',
    Reason:
      'Stack vyos-failover-t--edo already moves the routes of rtb-2: only one stack may move its routes: delete vyos-failover-t--edo ' +
      'with the topology file of its deployment (vyos-failover destroy FILE), or, if that stack no longer exists, remove its tag: aws ec2 ' +
      'delete-tags --region ap-northeast-1 --resources rtb-2 --tags Key=vyos-failover-controller,Value=vyos-failover-t--edo. Then deploy ' +
      'again. No table was marked.',
  });
  expect(marks()).toEqual({ 'rtb-1': undefined, 'rtb-2': OTHER });
  expect(await ask('Delete')).toMatchObject({ Status: 'SUCCESS' });
  expect(marks()).toEqual({ 'rtb-1': undefined, 'rtb-2': OTHER });
});

test('keeps its own marks, of a stack that was deleted without it as well', async () => {
  tables.set('rtb-1', OWN);
  expect(await ask('Create')).toMatchObject({ Status: 'SUCCESS' });
  expect(marks()).toEqual({ 'rtb-1': OWN, 'rtb-2': OWN });
});

test('fails if another controller’s mark replaced its own', async () => {
  const { mark } = ports;
  const overwritten = {
    ...ports,
    managed: BOTH,
    mark: async (ids: readonly string[], controller: string) => {
      await mark(ids, controller);
      tables.set('rtb-1', OTHER);
    },
  };
  await answerRequest(
    {
      RequestType: 'Create',
      ResponseURL: 'https://answer.example/1',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Tables',
      ResourceProperties: { Controller: OWN, Region: 'ap-northeast-1', Tables: ['rtb-1', 'rtb-2'] },
    },
    overwritten,
  );
  expect(answers.at(-1)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(OTHER) as string });
});

test('a table that leaves the topology loses the mark after the update, when the old resource is deleted', async () => {
  await ask('Create', BOTH);
  const before = { PhysicalResourceId: physicalIdOf(BOTH), managed: ['rtb-2'] };
  const updated = await ask('Update', ['rtb-2'], before);
  expect(updated).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalIdOf(['rtb-2']) });
  expect(marks()).toEqual({ 'rtb-1': OWN, 'rtb-2': OWN });
  expect(await ask('Delete', BOTH, before)).toMatchObject({ PhysicalResourceId: physicalIdOf(BOTH) });
  expect(marks()).toEqual({ 'rtb-1': undefined, 'rtb-2': OWN });
});

test('an update that is rolled back leaves the marks of before', async () => {
  await ask('Create', ['rtb-1']);
  await ask('Update', BOTH, { PhysicalResourceId: physicalIdOf(['rtb-1']), managed: BOTH });
  await ask('Delete', BOTH, { PhysicalResourceId: physicalIdOf(BOTH), managed: ['rtb-1'] });
  expect(marks()).toEqual({ 'rtb-1': OWN, 'rtb-2': undefined });
});

test('a creation whose answer was lost leaves no mark', async () => {
  await ask('Create');
  await ask('Delete', BOTH, { PhysicalResourceId: 'stack-Tables-ABC' });
  expect(marks()).toEqual({ 'rtb-1': undefined, 'rtb-2': undefined });
});

test('the deletion of the stack removes its own marks only, and a table that is gone is no fault', async () => {
  await ask('Create');
  tables.set('rtb-2', OTHER);
  tables.delete('rtb-1');
  expect(await ask('Delete')).toMatchObject({ Status: 'SUCCESS' });
  expect(marks()).toEqual({ 'rtb-2': OTHER });
});

test('a table that does not exist is not marked, and does not prevent the deployment', async () => {
  expect(await ask('Create', ['rtb-1', 'rtb-9'])).toMatchObject({ Status: 'SUCCESS' });
  expect(marks()).toEqual({ 'rtb-1': OWN, 'rtb-2': undefined });
});

test('asks EC2 again after a failure, and answers with the reason if that persists', async () => {
  const denied = Object.assign(new Error('not yet'), { name: 'UnauthorizedOperation' });
  faults = [denied, denied];
  expect(await ask('Create')).toMatchObject({ Status: 'SUCCESS' });
  faults = Array.from({ length: 20 }, () => denied);
  expect(await ask('Delete')).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^The marks could not be removed: .*not yet.*Delete the stack again\.$/) as string,
  });
  expect(calls).toBeLessThan(12);
});
