import { describe, expect, it, onTestFinished } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { type StartOptions, startEmulator } from '#emulator/start.ts';
import { account } from '../account.fixture.ts';
import { manualClock } from '../manual-clock.ts';
import { eventually, of, type Resources, role, worker, writeAssembly } from '../platform/assembly.fixture.ts';
import { lastOperation } from './stacks.fixture.ts';

/** Answers as the properties say, and writes the request into its log. */
const PROVIDER = `
  export const handler = async (event) => {
    console.log(JSON.stringify(event));
    const { Fail, Id, Silent, FailDeletion } = event.ResourceProperties;
    if (Silent === 'true' && event.RequestType !== 'Delete') return;
    const failed = Fail === event.RequestType;
    const { StackId, RequestId, LogicalResourceId } = event;
    await fetch(event.ResponseURL, {
      method: 'PUT',
      body: JSON.stringify({
        StackId, RequestId, LogicalResourceId,
        Status: failed ? 'FAILED' : 'SUCCESS',
        Reason: 'as it was asked to',
        PhysicalResourceId: Id ?? 'first',
        Data: { Answer: '42' },
      }),
    });
  };
`;

const resources = (properties: object, more: Resources = {}): Resources => ({
  Role: role(),
  Worker: worker(),
  Custom: {
    Type: 'Custom::Thing',
    Properties: { ServiceToken: { 'Fn::GetAtt': ['Worker', 'Arn'] }, ...properties },
  },
  ...more,
});

const assembly = (properties: object, more?: Resources) =>
  writeAssembly(resources(properties, more), { code: PROVIDER });

async function started(properties: object, options: Partial<StartOptions> = {}, more?: Resources): Promise<Emulator> {
  const emulator = await startEmulator({ account: account(), ...options, assembly: assembly(properties, more) });
  onTestFinished(() => emulator.close());
  return emulator;
}

type Request = Record<string, unknown> & { readonly RequestType: string };

const requests = (emulator: Emulator): Request[] =>
  of(emulator, 'log').flatMap(({ line }) => (line.includes('RequestType') ? [JSON.parse(line) as Request] : []));

const types = (emulator: Emulator): string[] => requests(emulator).map(({ RequestType }) => RequestType);

describe('a custom resource', () => {
  it('is created by its function, which gets its properties as texts, and its answer is what Ref and GetAtt give', async () => {
    const reader = {
      Type: 'AWS::SSM::Parameter',
      Properties: {
        Name: '/reader',
        Type: 'String',
        Value: { 'Fn::Sub': '${Custom} ${Custom.Answer}' },
      },
    };
    const emulator = await started({ Count: 1, On: true, List: [{ a: 2 }] }, {}, { Reader: reader });
    expect(emulator.ssm.parameters('ap-northeast-1').find('/reader')?.value).toBe('first 42');
    expect(requests(emulator)).toMatchObject([
      {
        RequestType: 'Create',
        ResourceType: 'Custom::Thing',
        LogicalResourceId: 'Custom',
        StackId: emulator.stack('site').id,
        ResourceProperties: { Count: '1', On: 'true', List: [{ a: '2' }] },
      },
    ]);
  });

  it('is updated with the old properties, and deleted', async () => {
    const emulator = await started({ Value: 'old' });
    await emulator.deploy(assembly({ Value: 'new' }));
    await emulator.deploy(writeAssembly({ Role: role(), Worker: worker() }, { code: PROVIDER }));
    expect(requests(emulator)).toMatchObject([
      { RequestType: 'Create' },
      {
        RequestType: 'Update',
        PhysicalResourceId: 'first',
        ResourceProperties: { Value: 'new' },
        OldResourceProperties: { Value: 'old' },
      },
      { RequestType: 'Delete', PhysicalResourceId: 'first', ResourceProperties: { Value: 'new' } },
    ]);
  });

  it('is replaced if the update answers with another id: the old one is deleted afterwards', async () => {
    const emulator = await started({ Id: 'one' });
    await emulator.deploy(assembly({ Id: 'two' }));
    expect(requests(emulator)).toMatchObject([
      { RequestType: 'Create' },
      { RequestType: 'Update', PhysicalResourceId: 'one' },
      { RequestType: 'Delete', PhysicalResourceId: 'one', ResourceProperties: { Id: 'one' } },
    ]);
    expect(emulator.stack('site').resources.get('Custom')?.identity.ref).toBe('two');
  });

  it('whose update fails is updated back to its old properties', async () => {
    const emulator = await started({ Value: 'old' });
    await expect(emulator.deploy(assembly({ Value: 'new', Fail: 'Update' }))).rejects.toThrow(
      /UPDATE_ROLLBACK_COMPLETE[^]*Received response status \[FAILED\] from custom resource. Message returned: as it was asked to/,
    );
    expect(requests(emulator).map(({ ResourceProperties }) => (ResourceProperties as { Value: string }).Value)).toEqual(
      ['old', 'new', 'old'],
    );
  });

  it('whose creation fails is deleted with the stack', async () => {
    const emulator = await startEmulator({ account: account() });
    onTestFinished(() => emulator.close());
    await expect(emulator.deploy(assembly({ Fail: 'Create' }))).rejects.toThrow('as it was asked to');
    expect(types(emulator)).toEqual(['Create', 'Delete']);
    expect(emulator.stack('site').status).toBe('ROLLBACK_COMPLETE');
  });

  it('that gets no answer fails after its time', async () => {
    const clock = manualClock();
    const emulator = await startEmulator({ account: account(), clock });
    onTestFinished(() => emulator.close());
    const failing = emulator.deploy(assembly({ Silent: true, ServiceTimeout: 60 })).catch(String);
    await eventually(emulator, () => (types(emulator).includes('Create') ? true : undefined));
    await clock.advance(60_000);
    expect(await failing).toContain('did not receive a response from your Custom Resource');
    expect(lastOperation(emulator, 'site')).toContain('Custom CREATE_FAILED');
  });

  it('takes an answer once, and only by PUT', async () => {
    const emulator = await started({});
    const [created] = requests(emulator);
    const url = String(created?.['ResponseURL']);
    expect((await fetch(url, { method: 'PUT', body: '{}' })).status).toBe(403);
    expect((await fetch(url)).status).toBe(403);
  });
});
