import {
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  DescribeInstanceTypeOfferingsCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { region } from '../account.fixture.ts';
import { refusal } from '../refusal.ts';
import { armImage, emptyAccount, image, unsubscribedImage } from './created.fixture.ts';
import { openEc2 } from './setup.ts';

const opened = () => openEc2({ account: emptyAccount() });

it.each<[string, DescribeImagesCommandInput, string[]]>([
  [
    'an owner and a name with a wildcard',
    { Owners: ['679593333241'], Filters: [{ Name: 'name', Values: ['VyOS 1.4*'] }] },
    [image],
  ],
  ['an owner', { Owners: ['679593333241'] }, [image, unsubscribedImage]],
  ['its own account', { Owners: ['self'] }, [armImage]],
  ['an id', { ImageIds: [unsubscribedImage] }, [unsubscribedImage]],
  ['an id of another owner', { ImageIds: [image], Owners: ['self'] }, []],
  ['an architecture', { Filters: [{ Name: 'architecture', Values: ['arm64'] }] }, [armImage]],
])('Images are found by %s', async (_what, input, expected) => {
  const { client } = await opened();
  const { Images = [] } = await client.send(new DescribeImagesCommand(input));
  expect(Images.map(({ ImageId }) => ImageId)).toEqual(expected);
});

it('A Marketplace image shows its product code, and an image that is not there is refused', async () => {
  const { client } = await opened();
  const { Images } = await client.send(new DescribeImagesCommand({ ImageIds: [image] }));
  expect(Images).toMatchObject([
    {
      Name: 'VyOS 1.4.4',
      OwnerId: '679593333241',
      CreationDate: '2026-01-01T00:00:00.000Z',
      ProductCodes: [{ ProductCodeId: '8wqdkv3u2b9sa0y73xob2yl90', ProductCodeType: 'marketplace' }],
    },
  ]);
  const unknown = client.send(new DescribeImagesCommand({ ImageIds: ['ami-0a1b2c3d4e5f6ffff'] }));
  expect(await refusal(unknown)).toMatchObject({ code: 'InvalidAMIID.NotFound', status: 400 });
});

it('Instance types are offered by region and by zone', async () => {
  const { client } = await opened();
  const offered = async (LocationType: 'region' | 'availability-zone', type: string) => {
    const Filters = [{ Name: 'instance-type', Values: [type] }];
    const command = new DescribeInstanceTypeOfferingsCommand({ LocationType, Filters });
    const { InstanceTypeOfferings = [] } = await client.send(command);
    return InstanceTypeOfferings.map(({ Location }) => Location);
  };
  expect(await offered('region', 'c7i.large')).toEqual([region]);
  expect(await offered('availability-zone', 'c7i.large')).toEqual([`${region}a`, `${region}c`]);
  expect(await offered('availability-zone', 't9.huge')).toEqual([]);
});

it('Zones and subnets are those of the region', async () => {
  const { client } = await openEc2();
  const { AvailabilityZones = [] } = await client.send(new DescribeAvailabilityZonesCommand({}));
  expect(AvailabilityZones.map(({ ZoneName }) => ZoneName)).toEqual(['a', 'b', 'c'].map((zone) => `${region}${zone}`));
  const Filters = [{ Name: 'availability-zone', Values: [`${region}b`] }];
  expect(await client.send(new DescribeSubnetsCommand({ Filters }))).toMatchObject({ Subnets: [] });
});
