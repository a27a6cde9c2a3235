import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { KeptEnvironments } from '#emulator/lambda/kept-environments.ts';
import { type StartOptions, startEmulator } from '#emulator/start.ts';
import { account, region } from '../account.fixture.ts';

export const stackName = 'site';
export const accountId = '123456789012';
export type Resources = Record<
  string,
  { Type: string; Properties?: Record<string, unknown>; Condition?: string; DependsOn?: string }
>;

/** Does what `event.do` says; an HTTP API request comes back as it was received. */
const WORKER = `
  let served = 0;
  export const handler = async (event, context) => {
    served += 1;
    switch (event.do) {
      case 'throw': throw new TypeError('no such luck');
      case 'exit': process.exit(7);
      case 'hang': return new Promise((resolve) => setTimeout(resolve, 60_000));
      case 'wait': await new Promise((resolve) => setTimeout(resolve, event.ms)); break;
      case 'log': console.log(event.line); break;
      case 'environment': return process.env;
    }
    return { served, event, requestId: context.awsRequestId, pid: process.pid };
  };
`;

/** A role that Lambda may assume, with one inline policy. */
export function role(statements: readonly unknown[] = []): Resources[string] {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
      },
      RoleName: 'worker-role',
      Policies:
        statements.length === 0
          ? []
          : [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

/** Needs the resource `Role`. */
export function worker(properties: Record<string, unknown> = {}): Resources[string] {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'worker',
      Code: { S3Bucket: 'assets', S3Key: 'worker.zip' },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      ...properties,
    },
  };
}

export function permission(principal: string, sourceArn?: unknown): Resources[string] {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['Worker', 'Arn'] },
      Principal: principal,
      ...(sourceArn !== undefined && { SourceArn: sourceArn }),
    },
  };
}

/** The worker behind `POST /things/{thing}` with IAM authorization. */
export function httpApi(): Resources {
  return {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'things', ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Worker', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'POST /things/{thing}',
        AuthorizationType: 'AWS_IAM',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: '$default' } },
    ApiPermission: permission('apigateway.amazonaws.com', {
      'Fn::Sub': `arn:aws:execute-api:${region}:${accountId}:\${Api}/*/*/things/{thing}`,
    }),
  };
}

/** A directory such as `cdk synth` writes, gone after the test. `code`: the worker's, default as above. */
export function writeAssembly(
  resources: Resources,
  { outputs = {}, code = WORKER }: { outputs?: Record<string, unknown>; code?: string } = {},
): string {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const write = (file: string, value: unknown) => writeFileSync(join(directory, file), JSON.stringify(value));
  write('manifest.json', {
    version: '55.0.0',
    artifacts: {
      'site.assets': { type: 'cdk:asset-manifest', properties: { file: 'site.assets.json' } },
      [stackName]: {
        type: 'aws:cloudformation:stack',
        environment: `aws://unknown-account/${region}`,
        properties: { templateFile: 'site.template.json' },
        dependencies: ['site.assets'],
      },
    },
  });
  write('site.assets.json', {
    files: {
      worker: {
        source: { path: 'asset.worker', packaging: 'zip' },
        destinations: { here: { bucketName: 'assets', objectKey: 'worker.zip' } },
      },
    },
  });
  write('site.template.json', { Resources: resources, Outputs: outputs });
  mkdirSync(join(directory, 'asset.worker'));
  writeFileSync(join(directory, 'asset.worker', 'index.mjs'), code);
  return directory;
}

interface RunOptions extends Partial<StartOptions> {
  readonly outputs?: Record<string, unknown>;
  readonly code?: string;
  /**
   * False: functions run in processes of this emulator. Default: in processes that earlier tests have left, where they start cold all the
   * same.
   */
  readonly takesProcesses?: boolean;
}

const kept = new KeptEnvironments();

/** Starts the emulator with one stack of these resources; closed after the test. */
export async function run(
  resources: Resources,
  { outputs, code, takesProcesses = true, ...options }: RunOptions = {},
): Promise<Emulator> {
  kept.forgetWarm();
  const assembly = writeAssembly(resources, { ...(outputs && { outputs }), ...(code !== undefined && { code }) });
  const emulator = await startEmulator({
    account: account(),
    ...(takesProcesses && { kept }),
    ...options,
    assembly,
  });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** Function, role and nothing else. */
export const workerAlone = (properties: Record<string, unknown> = {}): Resources => ({
  Role: role(),
  Worker: worker(properties),
});

/** Happenings of one kind. */
export function of<K extends Emulator['happenings'][number]['kind']>(emulator: Emulator, kind: K) {
  return emulator.happenings.filter(
    (happening): happening is Extract<typeof happening, { kind: K }> => happening.kind === kind,
  );
}

/** Resolves when `find` finds something among present and later happenings. */
export function eventually<T>(emulator: Emulator, find: () => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = find();
      if (found === undefined) return;
      end();
      resolve(found);
    };
    const end = emulator.on(look);
    look();
  });
}
