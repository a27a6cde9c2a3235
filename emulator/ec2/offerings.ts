import type { Read } from './action.ts';
import { invalidParameter } from './errors.ts';
import { type Fields, filtered } from './filters.ts';
import { INSTANCE_TYPES } from './instance-types.ts';
import { page } from './paging.ts';

interface Offering {
  readonly type: string;
  readonly location: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html */
export const describeInstanceTypeOfferings: Read = {
  kind: 'read',
  run(parameters, { region, catalog: { zones, unsupportedTypes } }) {
    const locationType = parameters.text('LocationType') ?? 'region';
    if (locationType !== 'region' && locationType !== 'availability-zone') {
      throw invalidParameter(`Value (${locationType}) for parameter locationType is invalid.`);
    }
    const offers = (zone: string, type: string) => unsupportedTypes[zone]?.includes(type) !== true;
    const all = [...INSTANCE_TYPES].flatMap((type): Offering[] => {
      const offering = zones.filter((zone) => offers(zone, type));
      if (locationType === 'region') return offering.length > 0 ? [{ type, location: region }] : [];
      return offering.map((location) => ({ type, location }));
    });
    const { items, nextToken } = page(filtered(all, parameters.filters(), fields), parameters, {
      ids: [],
      min: 5,
      max: 1000,
    });
    const instanceTypeOfferingSet = items.map(({ type, location }) => ({ instanceType: type, locationType, location }));
    return { instanceTypeOfferingSet, nextToken };
  },
};

const fields: Fields<Offering> = {
  'instance-type': ({ type }) => [type],
  location: ({ location }) => [location],
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
export const describeAvailabilityZones: Read = {
  kind: 'read',
  run(parameters, { region, catalog: { zones } }) {
    const names = parameters.texts('ZoneName');
    const unknown = names.find((name) => !zones.includes(name));
    if (unknown !== undefined) throw invalidParameter(`Invalid availability zone: [${unknown}]`);
    const asked = names.length === 0 ? zones : names;
    const shown = filtered(asked, parameters.filters(), {
      'zone-name': (zone) => [zone],
      'region-name': () => [region],
      state: () => ['available'],
      'zone-type': () => ['availability-zone'],
    });
    return {
      availabilityZoneInfo: shown.map((zoneName) => ({
        zoneName,
        zoneState: 'available',
        zoneType: 'availability-zone',
        regionName: region,
        groupName: region,
        optInStatus: 'opt-in-not-required',
      })),
    };
  },
};
