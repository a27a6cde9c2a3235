import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '#emulator/start.ts';
import { AddressesStack } from '#infra/created/addresses-stack.ts';
import { APP_OPTIONS } from '#infra/site-stacks.ts';
import { loaded } from '../../stacks/site-under-test.ts';

const TOKYO = 'ap-northeast-1';
const NAME = 'vyos-failover-created--tokyo--addresses';
const EXAMPLE = readFileSync('examples/created.yaml', 'utf8');

type Edit = (text: string) => string;

/** The network of tokyo, with an edit of the topology's text. */
function synthesize(edit: Edit = (text) => text) {
  const topology = loaded(edit(EXAMPLE), 'created');
  const [site] = topology.sites;
  if (site === undefined) throw new Error('the example has no site');
  const app = new App(APP_OPTIONS);
  new AddressesStack(app, { topology, site });
  const assembly = app.synth();
  return { directory: assembly.directory, resources: resourcesIn(assembly.getStackByName(NAME).template) };
}

function resourcesIn(template: unknown) {
  const { Resources } = template as { Resources: Record<string, { Type: string; Properties: object }> };
  const { CDKMetadata: _, ...own } = Resources;
  return own;
}

/** Without what CloudFormation changes in place. */
const fixedPart = (resources: ReturnType<typeof resourcesIn>) =>
  Object.fromEntries(
    Object.entries(resources).map(([id, { Type, Properties }]) => [id, { Type, ...Properties, Tags: undefined }]),
  );

/** The network deployed in an empty account, and what it is after an edited topology is deployed as well. */
async function edited(edit: Edit) {
  const empty = { vpcs: [], subnets: [], interfaces: [], instances: [], routeTables: [] };
  const emulator = await startEmulator({ account: { regions: { [TOKYO]: empty } } });
  onTestFinished(() => emulator.close());
  await emulator.deploy(synthesize().directory);
  const network = () => {
    const { vpcs, subnets, interfaces, addresses, securityGroups } = emulator.ec2.state(TOKYO);
    return JSON.stringify([vpcs, subnets, interfaces, addresses, securityGroups].map((each) => [...each.keys()]));
  };
  const before = network();
  const result = await emulator.deploy(synthesize(edit).directory).then(
    () => 'deployed',
    (error: unknown) => String(error),
  );
  return { before, after: network(), result };
}

const swapRoles: Edit = (text) =>
  text
    .replace('tokyo-1: { role: active,', 'tokyo-1: { role: STANDBY,')
    .replace('tokyo-2: { role: standby,', 'tokyo-2: { role: active,')
    .replace('STANDBY', 'standby');

describe('an edit of the topology replaces nothing of the network that exists', () => {
  it('if the routers swap their roles', async () => {
    expect(fixedPart(synthesize(swapRoles).resources)).toEqual(fixedPart(synthesize().resources));
    const { before, after, result } = await edited(swapRoles);
    expect([result, after]).toEqual(['deployed', before]);
  });

  it('if a front subnet is written before another', () => {
    const more: Edit = (text) => text.replace('[10.1.0.0/20]', '[10.1.16.0/24, 10.1.0.0/20]');
    expect(fixedPart(synthesize(more).resources)).toMatchObject(fixedPart(synthesize().resources));
  });

  it('if another block of the VPC is written before another', () => {
    const blocks =
      (second: string): Edit =>
      (text) =>
        text.replace('cidr: 10.1.0.0/16', `cidrs: [10.1.0.0/16, ${second}]`);
    const more = fixedPart(synthesize(blocks('10.64.0.0/16, 10.65.0.0/16')).resources);
    expect(fixedPart(synthesize(blocks('10.65.0.0/16, 10.64.0.0/16')).resources)).toEqual(more);
  });
});

describe('an edit that would replace a router’s interface is refused, and everything stays', () => {
  it.each<[string, Edit]>([
    ['its address', (text) => text.replace('address: 10.1.100.10', 'address: 10.1.100.11')],
    [
      'its subnet',
      (text) => text.replace('10.1.100.0/24, address: 10.1.100.10', '10.1.102.0/24, address: 10.1.102.10'),
    ],
    ['its zone', (text) => text.replace('tokyo-1: {', 'tokyo-1: { zone: ap-northeast-1d,')],
    ['its name', (text) => text.replace('tokyo-1: {', 'edge-1: {')],
    ['the VPC', (text) => text.replaceAll('10.1.', '10.9.')],
  ])('%s', async (_, edit) => {
    const { before, after, result } = await edited(edit);
    expect(result).not.toBe('deployed');
    expect(after).toBe(before);
  });
});
