import type { Action } from './action.ts';
import { describeAddresses } from './addresses.ts';
import { describeImages } from './images.ts';
import { describeInstanceAttribute, getConsoleOutput, modifyInstanceAttribute } from './instance-attributes.ts';
import { rebootInstances, startInstances, stopInstances, terminateInstances } from './instance-power.ts';
import { describeInstanceStatus } from './instance-status.ts';
import { describeInstances } from './instances.ts';
import { describeInternetGateways } from './internet-gateways.ts';
import { describeLaunchTemplates, describeLaunchTemplateVersions } from './launch-templates.ts';
import { createNetworkAclEntry, deleteNetworkAclEntry, describeNetworkAcls } from './network-acls.ts';
import { describeNetworkInterfaces, modifyNetworkInterfaceAttribute } from './network-interfaces.ts';
import { describeAvailabilityZones, describeInstanceTypeOfferings } from './offerings.ts';
import { describeManagedPrefixLists, getManagedPrefixListEntries, modifyManagedPrefixList } from './prefix-lists.ts';
import { createTags, deleteTags } from './resource-tags.ts';
import { describeRouteTables, replaceRouteTableAssociation } from './route-tables.ts';
import { createRoute, deleteRoute, replaceRoute } from './routes.ts';
import { describeSecurityGroupRules, describeSecurityGroups } from './security-groups.ts';
import { describeSubnets, describeVpcs } from './vpcs.ts';

/** By EC2's action name. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['DescribeRouteTables', describeRouteTables],
  ['ReplaceRoute', replaceRoute],
  ['CreateRoute', createRoute],
  ['DeleteRoute', deleteRoute],
  ['ReplaceRouteTableAssociation', replaceRouteTableAssociation],
  ['CreateTags', createTags],
  ['DeleteTags', deleteTags],
  ['DescribeInstances', describeInstances],
  ['DescribeInstanceStatus', describeInstanceStatus],
  ['StartInstances', startInstances],
  ['StopInstances', stopInstances],
  ['RebootInstances', rebootInstances],
  ['TerminateInstances', terminateInstances],
  ['DescribeNetworkInterfaces', describeNetworkInterfaces],
  ['ModifyNetworkInterfaceAttribute', modifyNetworkInterfaceAttribute],
  ['DescribeManagedPrefixLists', describeManagedPrefixLists],
  ['GetManagedPrefixListEntries', getManagedPrefixListEntries],
  ['ModifyManagedPrefixList', modifyManagedPrefixList],
  ['DescribeVpcs', describeVpcs],
  ['DescribeSubnets', describeSubnets],
  ['DescribeAddresses', describeAddresses],
  ['DescribeInternetGateways', describeInternetGateways],
  ['DescribeSecurityGroups', describeSecurityGroups],
  ['DescribeSecurityGroupRules', describeSecurityGroupRules],
  ['DescribeNetworkAcls', describeNetworkAcls],
  ['CreateNetworkAclEntry', createNetworkAclEntry],
  ['DeleteNetworkAclEntry', deleteNetworkAclEntry],
  ['DescribeImages', describeImages],
  ['DescribeLaunchTemplates', describeLaunchTemplates],
  ['DescribeLaunchTemplateVersions', describeLaunchTemplateVersions],
  ['DescribeInstanceTypeOfferings', describeInstanceTypeOfferings],
  ['DescribeAvailabilityZones', describeAvailabilityZones],
  ['DescribeInstanceAttribute', describeInstanceAttribute],
  ['ModifyInstanceAttribute', modifyInstanceAttribute],
  ['GetConsoleOutput', getConsoleOutput],
]);
