import { describe, expect, it } from 'vitest';
import type { Operation } from '#emulator/ec2/operation.ts';
import {
  allocateAddress,
  associateAddress,
  disassociateAddress,
  releaseAddress,
} from '#emulator/ec2/operations/elastic-ip.ts';
import { deleteInternetGateway, detachInternetGateway } from '#emulator/ec2/operations/internet-gateway.ts';
import { deleteNetworkInterface } from '#emulator/ec2/operations/network-interface.ts';
import { associateRouteTable, deleteRouteTable } from '#emulator/ec2/operations/route-table.ts';
import { createSecurityGroup, deleteSecurityGroup } from '#emulator/ec2/operations/security-group.ts';
import { authorize } from '#emulator/ec2/operations/security-group-rule.ts';
import { deleteSubnet } from '#emulator/ec2/operations/subnet.ts';
import { createVpc, deleteVpc } from '#emulator/ec2/operations/vpc.ts';
import {
  eni1,
  eni2,
  foreignTable,
  frontSubnet,
  gateway,
  looseEni,
  otherTable,
  region,
  vpc,
} from '../account.fixture.ts';
import { openEc2 } from './setup.ts';

/** Codes as AWS answers: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
describe('the deletion of what is in use is refused:', () => {
  it.each<[string, Operation<unknown>, string, RegExp]>([
    [
      'a VPC with subnets',
      deleteVpc(vpc),
      'DependencyViolation',
      /The vpc 'vpc-.*' has dependencies and cannot be deleted/,
    ],
    [
      'a subnet with interfaces',
      deleteSubnet(frontSubnet),
      'DependencyViolation',
      /The subnet 'subnet-.*' has dependencies/,
    ],
    ['a route table of a subnet', deleteRouteTable(otherTable), 'DependencyViolation', /The routeTable 'rtb-/],
    [
      'an attached internet gateway',
      deleteInternetGateway(gateway),
      'DependencyViolation',
      /The internetGateway 'igw-/,
    ],
    [
      'the attachment of one with public addresses',
      detachInternetGateway(gateway, vpc),
      'DependencyViolation',
      /has some mapped public address\(es\)/,
    ],
    [
      'an interface of an instance',
      deleteNetworkInterface(eni1),
      'InvalidParameterValue',
      /Network interface 'eni-.*' is currently in use/,
    ],
  ])('%s', async (_what, operation, code, message) => {
    const { ec2 } = await openEc2();
    expect(() => ec2.perform(region, operation)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });

  it('an Elastic IP address, until it is disassociated', async () => {
    const { ec2 } = await openEc2();
    const { id } = ec2.perform(region, allocateAddress({}));
    const { association } = ec2.perform(region, associateAddress(id, looseEni));
    expect(() => ec2.perform(region, releaseAddress(id))).toThrow(
      expect.objectContaining({ code: 'InvalidIPAddress.InUse' }),
    );
    ec2.perform(region, disassociateAddress(association?.id ?? ''));
    ec2.perform(region, releaseAddress(id));
    expect(ec2.state(region).addresses.has(id)).toBe(false);
  });

  it('an Elastic IP address stays, free, when its interface is deleted', async () => {
    const { ec2 } = await openEc2();
    const { id } = ec2.perform(region, allocateAddress({}));
    ec2.perform(region, associateAddress(id, looseEni));
    ec2.perform(region, deleteNetworkInterface(looseEni));
    expect(ec2.state(region).addresses.get(id)).toMatchObject({ association: undefined });
  });

  it('an Elastic IP address moves to another interface, and takes the place of the one there', async () => {
    const { ec2 } = await openEc2();
    const [first, second] = [ec2.perform(region, allocateAddress({})), ec2.perform(region, allocateAddress({}))];
    ec2.perform(region, associateAddress(first.id, looseEni));
    ec2.perform(region, associateAddress(first.id, eni2));
    ec2.perform(region, associateAddress(second.id, eni2));
    const { addresses } = ec2.state(region);
    expect(addresses.get(first.id)?.association).toBeUndefined();
    expect(addresses.get(second.id)?.association).toMatchObject({ interface: eni2 });
  });

  it('a security group that another one names, and the default group', async () => {
    const { ec2 } = await openEc2();
    const group = (name: string) =>
      ec2.perform(region, createSecurityGroup({ name, description: name, vpc, tags: {} }));
    const [named, naming] = [group('named'), group('naming')];
    const permission = { protocol: '-1', ports: undefined, peer: { group: named.id }, description: undefined };
    ec2.perform(region, authorize(naming.id, 'ingress', permission));
    expect(() => ec2.perform(region, deleteSecurityGroup(named.id))).toThrow(
      `resource ${named.id} has a dependent object`,
    );
    expect(() => group('naming')).toThrow(expect.objectContaining({ code: 'InvalidGroup.Duplicate' }));
    const byDefault = [...ec2.state(region).securityGroups.values()].find(({ name }) => name === 'default');
    expect(() => ec2.perform(region, deleteSecurityGroup(byDefault?.id ?? ''))).toThrow(
      expect.objectContaining({ code: 'CannotDelete' }),
    );
  });

  it('a sixth VPC is refused, and a subnet of another VPC for a route table', async () => {
    const { ec2 } = await openEc2();
    const create = () => ec2.perform(region, createVpc({ cidr: '10.50.0.0/16', tags: {} }));
    const made = [create(), create(), create()];
    expect(create).toThrow(expect.objectContaining({ code: 'VpcLimitExceeded' }));
    for (const { id } of made) ec2.perform(region, deleteVpc(id));
    expect(() => ec2.perform(region, associateRouteTable(foreignTable, frontSubnet))).toThrow(
      /belong to different networks/,
    );
  });
});
