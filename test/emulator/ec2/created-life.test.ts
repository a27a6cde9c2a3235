import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { assemblyOf, lastOperation } from '../cloudformation/stacks.fixture.ts';
import type { Resources } from '../platform/assembly.fixture.ts';
import { deployed, network, router, routerInterface } from './created.fixture.ts';

/** Deploys the stack again with these resources. */
const redeploy = (emulator: Emulator, Resources: Resources) =>
  emulator.deploy(assemblyOf({ site: { Resources, Outputs: outputsOf(Resources) } }));

const outputsOf = (resources: Resources) =>
  Object.fromEntries(Object.keys(resources).map((name) => [name, { Value: { Ref: name } }]));

const without = (resources: Resources, ...names: string[]): Resources =>
  Object.fromEntries(Object.entries(resources).filter(([name]) => !names.includes(name)));

const withProperties = (resources: Resources, name: string, properties: Record<string, unknown>): Resources => ({
  ...resources,
  [name]: { Type: '', ...resources[name], Properties: { ...resources[name]?.Properties, ...properties } },
});

const interfaceOf = async (client: EC2Client) =>
  (await client.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces?.[0];

describe('an update', () => {
  it('changes an interface in place, and replaces it for another address', async () => {
    const { emulator, client, ids } = await deployed(routerInterface());
    const checked = withProperties(routerInterface(), 'Interface', { SourceDestCheck: true, Description: 'router' });
    await redeploy(emulator, checked);
    expect(await interfaceOf(client)).toMatchObject({
      NetworkInterfaceId: ids['Interface'],
      SourceDestCheck: true,
      Description: 'router',
    });
    await redeploy(emulator, withProperties(checked, 'Interface', { PrivateIpAddress: '10.1.0.11' }));
    const replaced = await interfaceOf(client);
    expect(replaced).toMatchObject({ PrivateIpAddress: '10.1.0.11' });
    expect(replaced?.NetworkInterfaceId).not.toBe(ids['Interface']);
  });

  it('makes a new version of a launch template and leaves the instance of the first', async () => {
    const { emulator, client, ids } = await deployed(router());
    const latest = { Value: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] } };
    const Resources = router({ InstanceType: 't3.large' });
    await emulator.deploy(assemblyOf({ site: { Resources, Outputs: { ...outputsOf(Resources), latest } } }));
    expect(emulator.stackOutputs('site')).toMatchObject({ latest: '2', Instance: ids['Instance'] });
    const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: ids['Template'] });
    const { LaunchTemplateVersions } = await client.send(command);
    expect(LaunchTemplateVersions?.map((each) => each.LaunchTemplateData?.InstanceType)).toEqual([
      't3.large',
      't3.medium',
    ]);
  });

  it('to another version of the launch template fails: the new instance wants the interface of the old one', async () => {
    const { emulator, client, ids } = await deployed(router());
    const LaunchTemplate = { LaunchTemplateId: { Ref: 'Template' }, Version: '2' };
    const next = withProperties(router({ InstanceType: 't3.large' }), 'Instance', { LaunchTemplate });
    await expect(redeploy(emulator, next)).rejects.toThrow(/Interface: \[eni-[0-9a-f]+\] in use\./);
    expect(emulator.stack('site').status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await interfaceOf(client)).toMatchObject({ Attachment: { InstanceId: ids['Instance'] } });
  });

  it('without the instance, then with it, makes an instance of the new version on the same interface', async () => {
    const { emulator, client, ids } = await deployed(router());
    const LaunchTemplate = { LaunchTemplateId: { Ref: 'Template' }, Version: '2' };
    const next = withProperties(router({ InstanceType: 't3.large' }), 'Instance', { LaunchTemplate });
    await redeploy(emulator, without(next, 'Instance'));
    expect(await interfaceOf(client)).not.toHaveProperty('Attachment');
    await redeploy(emulator, next);
    const found = await interfaceOf(client);
    expect(found).toMatchObject({ NetworkInterfaceId: ids['Interface'], Association: { PublicIp: ids['Address'] } });
    const InstanceIds = [found?.Attachment?.InstanceId ?? ''];
    expect(InstanceIds).not.toEqual([ids['Instance']]);
    const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds }));
    expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({ InstanceType: 't3.large', State: { Name: 'running' } });
  });

  it('of a plain instance’s type is a stop and a start of the same instance', async () => {
    const plain = (InstanceType: string): Resources => ({
      ...network(),
      Plain: {
        Type: 'AWS::EC2::Instance',
        Properties: { ImageId: 'ami-0a1b2c3d4e5f60071', InstanceType, SubnetId: { Ref: 'Subnet' } },
      },
    });
    const { emulator, client, ids } = await deployed(plain('t3.micro'));
    await redeploy(emulator, plain('t3.small'));
    const { Reservations } = await client.send(new DescribeInstancesCommand({}));
    expect(Reservations?.map(({ Instances }) => Instances?.[0])).toMatchObject([
      { InstanceId: ids['Plain'], InstanceType: 't3.small', State: { Name: 'running' } },
    ]);
    expect(lastOperation(emulator, 'site')).not.toContain('Plain DELETE_COMPLETE');
    const states = emulator.happenings.flatMap((each) =>
      each.kind === 'event' && each.source === 'aws.ec2' ? [(each.detail as { state: string }).state] : [],
    );
    expect(states).toEqual(['pending', 'running', 'stopping', 'stopped', 'pending', 'running']);
  });

  it('changes the rules of a group and the target of a route, and adds no second rule', async () => {
    const rule = (port: number) => ({ IpProtocol: 'udp', FromPort: port, ToPort: port, CidrIp: '203.0.113.7/32' });
    const { emulator, client, ids } = await deployed(routerInterface());
    const changed = withProperties(routerInterface(), 'Group', { SecurityGroupIngress: [rule(500), rule(4500)] });
    await redeploy(
      emulator,
      withProperties(changed, 'Route', { GatewayId: undefined, NetworkInterfaceId: { Ref: 'Interface' } }),
    );
    const { SecurityGroups } = await client.send(new DescribeSecurityGroupsCommand({ GroupIds: [ids['Group'] ?? ''] }));
    expect(SecurityGroups?.[0]?.IpPermissions?.map(({ FromPort }) => FromPort)).toEqual([500, 4500]);
    const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ RouteTableIds: [ids['Table'] ?? ''] }));
    expect(RouteTables?.[0]?.Routes?.[1]).toMatchObject({ NetworkInterfaceId: ids['Interface'], State: 'blackhole' });
  });
});

describe('a deletion', () => {
  it('of everything leaves nothing', async () => {
    const { emulator, client } = await deployed(router());
    const nothing: Resources = { Log: { Type: 'AWS::Logs::LogGroup' } };
    await redeploy(emulator, nothing);
    expect(emulator.stack('site')).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
    expect((await client.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
    expect((await client.send(new DescribeSubnetsCommand({}))).Subnets).toEqual([]);
    expect((await client.send(new DescribeAddressesCommand({}))).Addresses).toEqual([]);
    expect((await client.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups).toEqual([]);
    expect((await client.send(new DescribeRouteTablesCommand({}))).RouteTables).toEqual([]);
  });

  it('of a protected instance fails, and the instance runs on', async () => {
    const { emulator, client, ids } = await deployed(router({ DisableApiTermination: true }));
    await redeploy(emulator, without(router({ DisableApiTermination: true }), 'Instance'));
    const failure = emulator.stack('site').events.find(({ status }) => status === 'DELETE_FAILED');
    expect(failure).toMatchObject({
      logicalId: 'Instance',
      reason: expect.stringContaining('may not be terminated') as string,
    });
    const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [ids['Instance'] ?? ''] }));
    expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('running');
  });
});
