import { z } from 'zod';
import { createRoute, deleteRoute, replaceRoute } from '#emulator/ec2/operations/route.ts';
import {
  associateRouteTable,
  createRouteTable,
  deleteRouteTable,
  disassociateRouteTable,
  tagRouteTable,
} from '#emulator/ec2/operations/route-table.ts';
import { Parameters } from '#emulator/ec2/parameters.ts';
import type { Resource } from '#emulator/template.ts';
import { deleteUnlessGone, tagList, tagsOf } from './ec2-common.ts';
import { changed, type ResourceFamily } from './family.ts';

const tableSchema = z.object({ VpcId: z.string(), Tags: tagList });
const associationSchema = z.object({ RouteTableId: z.string(), SubnetId: z.string() });

/** A route's properties are the parameters of CreateRoute. */
function routeOf(resource: Resource): Parameters {
  return new Parameters(resource.properties);
}

/** Route tables, and what is in them. */
export const ec2Routes: ResourceFamily = {
  types: {
    'AWS::EC2::RouteTable': {
      create(resource, { ec2 }) {
        const { VpcId, Tags } = resource.read(tableSchema);
        const { id } = ec2.perform(resource.region, createRouteTable(VpcId, tagsOf(resource, Tags)));
        return { ref: id, attributes: { RouteTableId: id } };
      },
      update(resource, previous, { ec2 }) {
        if (changed(resource, previous, 'VpcId')) return 'replace';
        const tags = ({ Tags }: z.infer<typeof tableSchema>, of: Resource) => tagsOf(of, Tags);
        const now = tags(resource.read(tableSchema), resource);
        const before = tags(previous.read(tableSchema), previous);
        ec2.perform(resource.region, tagRouteTable(previous.identity.ref, now, before));
        return undefined;
      },
      delete: ({ region, identity }, { ec2 }) =>
        deleteUnlessGone(() => ec2.perform(region, deleteRouteTable(identity.ref))),
    },
    'AWS::EC2::Route': {
      create(resource, { ec2 }) {
        const route = routeOf(resource);
        const { destination } = ec2.perform(resource.region, createRoute(route));
        return { ref: `${route.required('RouteTableId')}|${destination}`, attributes: { CidrBlock: destination } };
      },
      update(resource, previous, { ec2 }) {
        const route = routeOf(resource);
        const destinations = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId'];
        if (changed(resource, previous, 'RouteTableId', ...destinations)) return 'replace';
        ec2.perform(resource.region, replaceRoute(route));
        return undefined;
      },
      delete: (resource, { ec2 }) =>
        deleteUnlessGone(() => ec2.perform(resource.region, deleteRoute(routeOf(resource)))),
    },
    'AWS::EC2::SubnetRouteTableAssociation': {
      create(resource, { ec2 }) {
        const { RouteTableId, SubnetId } = resource.read(associationSchema);
        const { id } = ec2.perform(resource.region, associateRouteTable(RouteTableId, SubnetId));
        return { ref: id, attributes: { Id: id } };
      },
      update(resource, previous, { ec2 }) {
        if (changed(resource, previous, 'SubnetId')) return 'replace';
        const { RouteTableId, SubnetId } = resource.read(associationSchema);
        ec2.perform(resource.region, disassociateRouteTable(previous.identity.ref));
        const { id } = ec2.perform(resource.region, associateRouteTable(RouteTableId, SubnetId));
        return { ref: id, attributes: { Id: id } };
      },
      delete: ({ region, identity }, { ec2 }) =>
        deleteUnlessGone(() => ec2.perform(region, disassociateRouteTable(identity.ref))),
    },
  },
};
