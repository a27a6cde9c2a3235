import { AwsError } from '#emulator/service.ts';
import type { Read } from './action.ts';
import { type Fields, filtered } from './filters.ts';
import { wellFormed } from './ids.ts';
import type { Image } from './model/catalog.ts';
import { page } from './paging.ts';
import type { RegionState } from './state.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html: ids, owners and filters together narrow it. */
export const describeImages: Read = {
  kind: 'read',
  run(parameters, state) {
    const ids = parameters.texts('ImageId');
    const owners = parameters.texts('Owner').map((owner) => (owner === 'self' ? state.account : owner));
    const asked = (
      ids.length === 0 ? [...state.catalog.images.values()] : ids.map((id) => imageNamed(id, state))
    ).filter(({ owner }) => owners.length === 0 || owners.includes(owner));
    const matching = filtered(asked, parameters.filters(), fields);
    const { items, nextToken } = page(matching, parameters, { ids, min: 1, max: 1000 });
    return {
      imagesSet: items.map((image) => ({
        imageId: image.id,
        name: image.name,
        imageOwnerId: image.owner,
        imageLocation: `${image.owner}/${image.name}`,
        imageState: 'available',
        imageType: 'machine',
        architecture: image.architecture,
        isPublic: image.owner !== state.account,
        creationDate: new Date(image.createdAt).toISOString(),
        rootDeviceType: 'ebs',
        rootDeviceName: image.rootDevice,
        virtualizationType: 'hvm',
        hypervisor: 'xen',
        productCodes: image.product === undefined ? [] : [{ productCode: image.product, type: 'marketplace' }],
        tagSet: [],
      })),
      nextToken,
    };
  },
};

const fields: Fields<Image> = {
  'image-id': ({ id }) => [id],
  name: ({ name }) => [name],
  'owner-id': ({ owner }) => [owner],
  architecture: ({ architecture }) => [architecture],
  'product-code': ({ product }) => [product],
  state: () => ['available'],
  'image-type': () => ['machine'],
  'virtualization-type': () => ['hvm'],
  'root-device-type': () => ['ebs'],
};

/** Throws `InvalidAMIID.…`. */
export function imageNamed(id: string, { catalog: { images } }: RegionState): Image {
  const image = images.get(wellFormed('ami', id));
  if (image === undefined) throw new AwsError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
  return image;
}
