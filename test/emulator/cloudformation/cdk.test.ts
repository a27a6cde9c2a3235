import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '#emulator/start.ts';
import { account, region } from '../account.fixture.ts';
import { role, worker } from '../platform/assembly.fixture.ts';
import { cdk } from './cdk-cli.ts';
import { parameter } from './stacks.fixture.ts';

const BUCKET = `cdk-hnb659fds-assets-\${AWS::AccountId}-${region}`;
const VERSION = '55.0.0';

/** What `cdk synth` would write of two stacks, one of which has a function and reads the other one's output. */
function assembly(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const write = (file: string, value: unknown) => writeFileSync(join(directory, file), JSON.stringify(value));
  const code = { 'Fn::Sub': `cdk-hnb659fds-assets-\${AWS::AccountId}-${region}` };
  write('first.template.json', {
    Resources: { One: parameter('from the first') },
    Outputs: { Value: { Value: { 'Fn::GetAtt': ['One', 'Value'] } } },
  });
  write('second.template.json', {
    Resources: {
      Role: role(),
      Worker: worker({
        Code: { S3Bucket: code, S3Key: 'worker.zip' },
        Environment: {
          Variables: { READ: { 'Fn::GetStackOutput': { StackName: 'first', OutputName: 'Value' } }, TEXT: text },
        },
      }),
    },
  });
  write('second.assets.json', {
    version: VERSION,
    files: {
      worker: {
        source: { path: 'asset.worker', packaging: 'zip' },
        destinations: { here: { bucketName: BUCKET, objectKey: 'worker.zip', region } },
      },
    },
    dockerImages: {},
  });
  const stack = (name: string, dependencies: readonly string[]) => ({
    type: 'aws:cloudformation:stack',
    environment: `aws://unknown-account/${region}`,
    properties: { templateFile: `${name}.template.json`, validateOnSynth: false },
    dependencies,
    displayName: name,
  });
  write('manifest.json', {
    version: VERSION,
    artifacts: {
      first: stack('first', []),
      'second.assets': { type: 'cdk:asset-manifest', properties: { file: 'second.assets.json' } },
      second: stack('second', ['second.assets', 'first']),
    },
  });
  mkdirSync(join(directory, 'asset.worker'));
  const handler = 'export const handler = async () => [process.env.READ, process.env.TEXT].join(", ");';
  writeFileSync(join(directory, 'asset.worker', 'index.mjs'), handler);
  return directory;
}

// It creates stacks in test/created/life.test.ts.
it('the CDK CLI updates and destroys stacks in the emulated account', async () => {
  const emulator = await startEmulator({ account: account() });
  onTestFinished(() => emulator.close());
  await emulator.deploy(assembly('one'));
  expect((await emulator.invoke('worker')).payload).toBe('from the first, one');
  const deploy = ['deploy', '--all', '--app', assembly('two'), '--require-approval', 'never'];
  expect(await cdk(emulator, region, ...deploy)).toMatch(/✅ {2}first \(no changes\)[^]*✅ {2}second/);
  expect((await emulator.invoke('worker')).payload).toBe('from the first, two');
  await cdk(emulator, region, 'destroy', '--all', '--force', '--app', assembly('two'));
  expect([emulator.stacks, emulator.functions]).toEqual([[], []]);
});
