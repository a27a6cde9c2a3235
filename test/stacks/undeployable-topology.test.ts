import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadTopology } from '#topology/load.ts';
import { whyUndeployable } from '#topology/undeployable.ts';
import { commandLine } from '../cli/command-line.ts';

const NO_AGENT =
  'site tokyo: ssmAgent is missing, and VyOS images contain no SSM agent, so the routers that are to be created could neither be ' +
  'monitored nor changed. Download amazon-ssm-agent.deb (docs/routers.md states from where) and add ssmAgent: FILE; until then the ' +
  'topology cannot be deployed.';

const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-topology-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const example = `account: "123456789012"\n${readFileSync('examples/tokyo-virginia.yaml', 'utf8')}`;
const created = example
  .replace('{ id: vpc-0a1b2c3d4e5f60001,', '{ create: true,')
  .replace(/ +(instance: i|eni: eni)-0a1b2c3d4e5f6001[12]\n/g, '');

const run = (command: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, command, { encoding: 'utf8', env: { ...process.env, ...env } });

const withoutRoles = example.replaceAll(/ +instanceRole: .*\n/g, '');
const oneWithoutRole = example
  .replace(/ +instanceRole: tokyo.*\n/, '')
  .replace('tokyo-1:\n', 'tokyo-1:\n        instanceRole: tokyo-1\n');
const addRole = (where: string, whose: string) =>
  `${where}: instanceRole is missing, so reports would be rejected. Add the name of the IAM role of the ${whose} (instanceRole: NAME); ` +
  'until then the topology cannot be deployed.';

const CASES = [
  ['routers to be created, and no agent for them', created, NO_AGENT],
  ['no roles', withoutRoles, addRole('site tokyo and site virginia', 'routers’ instances')],
  ['no role of one router', oneWithoutRole, addRole('router tokyo-2', 'router’s instance')],
] as const;

it.each(CASES)(
  'a topology that cannot be deployed, %s, has the reason as a note of topology validate',
  async (_, stdin, says) => {
    const { exitCode, stderr } = await commandLine(['topology', 'validate', '-'], { stdin });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `note: ${says}\n` });
  },
);

it.each([
  [30, []],
  [50, ['100 routers are to be created, and their addresses are up to']],
])(
  '%i created sites: whether their addresses fit into the environment of config-push is known before',
  (count, says) => {
    const sites = Array.from(
      { length: count },
      (_, index) => `  s${index}:
    region: us-east-1
    asn: ${64600 + index}
    vpc: { create: true, cidr: 10.${index}.0.0/16 }
    frontSubnets: [10.${index}.0.0/20]
    routers:
      s${index}-1: { role: active, subnet: 10.${index}.100.0/24, address: 10.${index}.100.10, loopback: 10.255.${index}.1 }
      s${index}-2: { role: standby, subnet: 10.${index}.101.0/24, address: 10.${index}.101.10, loopback: 10.255.${index}.2 }
`,
    );
    const { topology } = loadTopology(`name: many\nssmAgent: agent.deb\nsites:\n${sites.join('')}`, 'many.yaml');
    expect(topology).toBeDefined();
    if (topology === undefined) return;
    expect(whyUndeployable(topology)).toEqual(says.map((text) => expect.stringContaining(text) as string));
  },
);

describe('a topology that cannot be deployed, for two reasons, is refused with a sentence for each by', () => {
  const says = `${NO_AGENT}\n${addRole('site virginia', 'routers’ instances')}`;
  const file = join(directory, 'neither-agent-nor-role.yaml');
  writeFileSync(file, created.replaceAll(/ +instanceRole: v.*\n/g, ''));

  it('cdk synth', () => {
    const context = JSON.stringify({ topology: file });
    const { status, stderr } = run(['infra/app.ts'], { CDK_OUTDIR: join(directory, 'out'), CDK_CONTEXT_JSON: context });
    expect({ status, stderr }).toEqual({ status: 2, stderr: `${says}\n` });
  });

  it('and topology validate has them as notes', async () => {
    const { exitCode, stderr } = await commandLine(['topology', 'validate', file]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `note: ${says.replace('\n', '\nnote: ')}\n` });
  });
});

describe('a router without a role is refused by', () => {
  const file = join(directory, 'no-role.yaml');
  const says = addRole('site tokyo and site virginia', 'routers’ instances');
  writeFileSync(file, withoutRoles);

  it('the demo', () => {
    const { status, stderr } = run(['demo/main.ts', '--topology', file]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `${says}\nSee npm run demo -- --help\n` });
  });

  it('emulate', async () => {
    const { exitCode, stderr } = await commandLine(['emulate', '--topology', file]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `${says}\n` });
  });
});
