import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const SAYS =
  'site tokyo: vpc has create: true, and nothing creates a VPC yet. Until you have, and write the ids (vpc.id, instance, ' +
  'eni, routeTables) in its place, the topology cannot be deployed.';

const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-topology-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const example = readFileSync('examples/tokyo-virginia.yaml', 'utf8');
const withIds = example.replace('{ id: vpc-0a1b2c3d4e5f60001,', '{ create: true,');
const withoutIds = withIds.replace(/ +(instance: i|eni: eni)-0a1b2c3d4e5f6001[12],\n/g, '');

const run = (command: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, command, { encoding: 'utf8', env: { ...process.env, ...env } });

describe.each([
  ['with-ids', withIds],
  ['without-ids', withoutIds],
])('a site whose VPC is yet to be created, %s, is refused with one sentence by', (name, text) => {
  const file = join(directory, `${name}.yaml`);
  writeFileSync(file, text);

  it('cdk synth', () => {
    const outdir = join(directory, name);
    const context = JSON.stringify({ topology: file });
    const { status, stderr } = run(['infra/app.ts'], { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: context });
    expect({ status, stderr }).toEqual({ status: 2, stderr: `${SAYS}\n` });
  });

  it('the demo', () => {
    const { status, stderr } = run(['demo/main.ts', '--topology', file]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `${SAYS}\nSee npm run demo -- --help\n` });
  });

  it('emulate', () => {
    const { status, stderr } = run(['cli/main.ts', 'emulate', '--topology', file]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `${SAYS}\n` });
  });

  it('and topology validate has it as a note', () => {
    const { status, stderr } = run(['cli/main.ts', 'topology', 'validate', file]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: `note: ${SAYS}\n` });
  });
});
