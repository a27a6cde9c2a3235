import type { Read } from './action.ts';
import { type Fields, filtered } from './filters.ts';
import { existing } from './ids.ts';
import type { Gateway } from './model/networks.ts';
import { page } from './paging.ts';
import { tagsXml } from './tags.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html */
export const describeInternetGateways: Read = {
  kind: 'read',
  run(parameters, state) {
    const ids = parameters.texts('InternetGatewayId');
    const all = [...state.gateways.values()].filter(({ id }) => id.startsWith('igw-'));
    const asked = ids.length === 0 ? all : ids.map((id) => existing('igw', id, state.gateways));
    const matching = filtered(asked, parameters.filters(), fields, ({ tags }) => tags);
    const { items, nextToken } = page(matching, parameters, { ids, min: 5, max: 1000 });
    const internetGatewaySet = items.map(({ id, vpc, tags }) => ({
      internetGatewayId: id,
      ownerId: state.account,
      attachmentSet: vpc === undefined ? [] : [{ vpcId: vpc, state: 'available' }],
      tagSet: tagsXml(tags),
    }));
    return { internetGatewaySet, nextToken };
  },
};

const fields: Fields<Gateway> = {
  'internet-gateway-id': ({ id }) => [id],
  'attachment.vpc-id': ({ vpc }) => [vpc],
  'attachment.state': ({ vpc }) => [vpc && 'available'],
};
