import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { type Names, resolve } from '#emulator/intrinsics.ts';
import { startEmulator } from '#emulator/start.ts';
import { account, region } from '../account.fixture.ts';
import { httpApi, permission, role, run, stackName, worker, workerAlone, writeAssembly } from './assembly.fixture.ts';

const names: Names = {
  region: 'eu-west-1',
  zones: (region) => [`${region}a`, `${region}b`],
  ref: (name) => (name === 'AWS::NoValue' ? undefined : `<${name}>`),
  getAtt: (id, attribute) => `<${id}.${attribute}>`,
  condition: (name) => name === 'Yes',
  mapped: (...path) => path.join('/'),
  stackOutput: ({ stack, output, region }) => `<${output} of ${stack} in ${region}>`,
};

describe('intrinsic functions', () => {
  it.each([
    [{ Ref: 'A' }, '<A>'],
    [{ 'Fn::GetAtt': ['A', 'Arn'] }, '<A.Arn>'],
    [{ 'Fn::GetAtt': 'A.B.C' }, '<A.B.C>'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }, 'a-<B>'],
    [{ 'Fn::Sub': 'x${A}y${B.Arn}$${!Literal}' }, 'x<A>y<B.Arn>$${Literal}'],
    [{ 'Fn::Sub': ['${A}${B}', { A: { 'Fn::Join': ['', ['1', '2']] } }] }, '12<B>'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ 'Fn::If': ['Yes', 'a', 'b'] }, 'a'],
    [{ 'Fn::If': ['No', 'a', { Ref: 'B' }] }, '<B>'],
    [{ 'Fn::Equals': ['a', { Ref: 'a' }] }, false],
    [{ 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }, true],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    [{ 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
    [{ 'Fn::FindInMap': ['M', { Ref: 'A' }, 'k'] }, 'M/<A>/k'],
    [{ 'Fn::Base64': 'a' }, 'YQ=='],
    [{ 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b']],
    [{ 'Fn::Select': [1, { 'Fn::GetAZs': 'us-east-1' }] }, 'us-east-1b'],
    [{ 'Fn::GetStackOutput': { StackName: { Ref: 'A' }, OutputName: 'B' } }, '<B of <A> in eu-west-1>'],
    [{ 'Fn::GetStackOutput': { StackName: 'A', OutputName: 'B', Region: 'us-east-1' } }, '<B of A in us-east-1>'],
    [
      { kept: 1, dropped: { Ref: 'AWS::NoValue' }, list: [{ Ref: 'AWS::NoValue' }, 2] },
      { kept: 1, list: [2] },
    ],
    [{ Condition: { StringEquals: { a: 'b' } } }, { Condition: { StringEquals: { a: 'b' } } }],
  ])('%j is %j', (value, expected) => {
    expect(resolve(value, names)).toEqual(expected);
  });

  it('that are not known are an error that names them', () => {
    expect(() => resolve({ 'Fn::Transform': {} }, names)).toThrow(
      'The intrinsic function Fn::Transform is not emulated.',
    );
  });
});

describe('a template', () => {
  const starting = (resources: Parameters<typeof writeAssembly>[0]) =>
    startEmulator({ account: account(), assembly: writeAssembly(resources) });

  it('with resource types that are not known is refused, with all of them named', async () => {
    const unknown = { Bucket: { Type: 'AWS::S3::Bucket' }, Key: { Type: 'AWS::KMS::Key' } };
    await expect(starting({ ...workerAlone(), ...unknown })).rejects.toThrow(
      /AWS::S3::Bucket \(site\/Bucket\)\n {2}AWS::KMS::Key \(site\/Key\)/,
    );
  });

  it.each([
    [
      'a property of the wrong shape',
      { ...workerAlone(), Worker: worker({ Runtime: 'python3.13' }) },
      /site\/Worker \(AWS::Lambda::Function\)[^]*only Node\.js functions run here[^]*Runtime/,
    ],
    [
      'an asset that is not there',
      { ...workerAlone(), Worker: worker({ Code: { S3Bucket: 'b', S3Key: 'gone.zip' } }) },
      /site\/Worker: the asset gone\.zip is not in the assembly/,
    ],
    [
      'a reference to nothing',
      { ...workerAlone(), Worker: worker({ FunctionName: { Ref: 'Nobody' } }) },
      /site\/Worker .*nothing is called "Nobody"/,
    ],
    [
      'an attribute that does not exist',
      { ...workerAlone(), Worker: worker({ FunctionName: { 'Fn::GetAtt': ['Role', 'Colour'] } }) },
      /AWS::IAM::Role has no attribute "Colour"/,
    ],
    [
      'a role that Lambda cannot assume',
      {
        Role: {
          ...role(),
          Properties: { ...role()?.Properties, AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
        },
        Worker: worker(),
      },
      /cannot be assumed by Lambda/,
    ],
    [
      'a permission for no function',
      {
        ...workerAlone(),
        Bad: {
          ...permission('x.amazonaws.com'),
          Properties: { ...permission('x')?.Properties, FunctionName: 'nobody' },
        },
      },
      /site\/Bad: there is no function nobody/,
    ],
    [
      'a managed policy that nobody knows',
      {
        Role: {
          ...role(),
          Properties: { ...role()?.Properties, ManagedPolicyArns: ['arn:aws:iam::aws:policy/Unknown'] },
        },
      },
      /worker-role → arn:aws:iam::aws:policy\/Unknown/,
    ],
    [
      'a schedule that EventBridge refuses',
      { Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 parsec)' } } },
      /rate\(1 parsec\)/,
    ],
    [
      'a pattern with an operator that is none',
      { Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: [{ like: 'x' }] } } } },
      /is no operator/,
    ],
  ])('with %s is refused', async (_what, resources, message) => {
    await expect(starting(resources as Parameters<typeof writeAssembly>[0])).rejects.toThrow(message);
  });

  it('has outputs in which the API is where it really listens', async () => {
    const url = {
      'Fn::Join': [
        '',
        [
          'https://',
          { Ref: 'Api' },
          '.execute-api.',
          { Ref: 'AWS::Region' },
          '.',
          { Ref: 'AWS::URLSuffix' },
          '/things',
        ],
      ],
    };
    const emulator = await run(
      {
        Role: role(),
        Worker: worker({ Environment: { Variables: { API: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } } }),
        ...httpApi(),
      },
      { outputs: { Url: { Value: url } } },
    );
    const local = emulator.httpApiUrl(stackName);
    expect(emulator.stackOutputs(stackName)).toEqual({ Url: `${local}/things` });
    expect((await emulator.invoke('worker', { do: 'environment' })).payload).toMatchObject({ API: local });
  });

  it('gives the same ids in every run', async () => {
    const once = async () => {
      const emulator = await run({ Role: role(), Worker: worker(), ...httpApi() });
      return [emulator.httpApis.map(({ id }) => id), emulator.credentials.forUser().accessKeyId];
    };
    expect(await once()).toEqual(await once());
  });

  it('may have parameters and documents for SSM', async () => {
    const parameter = {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/shop/level', Type: 'String', Value: { 'Fn::Sub': 'in ${AWS::Region}' } },
    };
    const emulator = await run({ Parameter: parameter });
    const ssm = new SSMClient({ endpoint: emulator.endpoint, region, credentials: emulator.credentials.forUser() });
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/shop/level' }));
    expect(Parameter?.Value).toBe(`in ${region}`);
  });

  it('may have its code in it', async () => {
    const emulator = await run({
      Role: role(),
      Worker: worker({ Code: { ZipFile: 'exports.handler = async () => "inline";' } }),
    });
    expect((await emulator.invoke('worker')).payload).toBe('inline');
  });
});

describe('a directory that is no assembly', () => {
  it('is refused with the name of the file that is missing', async () => {
    await expect(startEmulator({ account: account(), assembly: '/nonexistent' })).rejects.toThrow(
      /^\/nonexistent\/manifest\.json: cannot be read/,
    );
  });
});
