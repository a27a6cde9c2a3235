import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { type StartOptions, startEmulator } from '#emulator/start.ts';
import { account, region } from '../account.fixture.ts';

export interface StackInput {
  readonly Metadata?: Record<string, unknown>;
  readonly Resources: Record<string, object>;
  readonly Outputs?: Record<string, object>;
  readonly Parameters?: Record<string, object>;
  readonly Conditions?: Record<string, object>;
  /** Default: the account's. */
  readonly region?: string;
  readonly after?: readonly string[];
  readonly terminationProtection?: boolean;
  /** File assets: content by object key. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A directory as `cdk synth` writes it, with these stacks; gone after the test. */
export function assemblyOf(stacks: Readonly<Record<string, StackInput>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const write = (file: string, value: unknown) => writeFileSync(join(directory, file), JSON.stringify(value));
  const artifacts: Record<string, object> = {};
  for (const [name, { region: where, after = [], terminationProtection, files = {} }] of Object.entries(stacks)) {
    for (const [key, content] of Object.entries(files)) writeFileSync(join(directory, key), content);
    write(`${name}.assets.json`, { files: Object.fromEntries(Object.keys(files).map(assetOf)) });
    artifacts[`${name}.assets`] = { type: 'cdk:asset-manifest', properties: { file: `${name}.assets.json` } };
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: `aws://unknown-account/${where ?? region}`,
      properties: { templateFile: `${name}.json`, terminationProtection },
      dependencies: [...after, `${name}.assets`],
    };
  }
  write('manifest.json', { version: '55.0.0', artifacts });
  for (const [name, { Metadata, Resources, Outputs, Parameters, Conditions }] of Object.entries(stacks))
    write(`${name}.json`, { Metadata, Resources, Outputs, Parameters, Conditions });
  return directory;
}

function assetOf(key: string): [string, object] {
  const bucketName = 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}';
  return [key, { source: { path: key, packaging: 'file' }, destinations: { here: { bucketName, objectKey: key } } }];
}

/** Starts the emulator with these stacks; closed after the test. */
export async function running(
  stacks: Readonly<Record<string, StackInput>>,
  options: Partial<StartOptions> = {},
): Promise<Emulator> {
  const assembly = Object.keys(stacks).length === 0 ? {} : { assembly: assemblyOf(stacks) };
  const emulator = await startEmulator({ account: account(), ...options, ...assembly });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** `logicalId STATUS`, oldest first, of the stack's last operation. */
export function lastOperation(emulator: Emulator, stack: string): string[] {
  const events = emulator.stack(stack).events;
  const start = events.findLastIndex(({ reason }) => reason === 'User Initiated');
  return events.slice(start).map(({ logicalId, status }) => `${logicalId} ${status}`);
}

export const parameter = (value: unknown, more: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Type: 'String', Value: value, ...more },
});

/** Cannot be created: EventBridge refuses the schedule. */
export const impossible = { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 parsec)' } };
