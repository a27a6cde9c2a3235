/** What a router that the deployment creates is created from: its own values, else the site's, else the topology's. */
import type { RouterFile, TopologyFile } from './schema.ts';
import type { Image, RouterCreation } from './topology.ts';
import type { VyosVersion } from './vyos-versions.ts';

/** The account of VyOS's images in AWS Marketplace: https://github.com/vyos/vyos-automation, `main.tf` of each AWS example. */
const VYOS_OWNER = '679593333241';

/** The default of VyOS's own CloudFormation templates in https://github.com/vyos/vyos-automation. */
const DEFAULT_INSTANCE_TYPE = 'c5n.large';

/** Undefined for a router that exists: the file has its instance and interface. */
export function routerCreation(router: RouterFile, site: string, file: TopologyFile): RouterCreation | undefined {
  if (router.instance !== undefined || router.eni !== undefined) return undefined;
  const of = file.sites[site];
  return {
    zone: router.zone,
    subnetId: router.subnetId,
    image: imageOf(router.image ?? of?.image ?? file.image, router.vyos ?? file.vyos),
    instanceType: router.instanceType ?? of?.instanceType ?? file.instanceType ?? DEFAULT_INSTANCE_TYPE,
    createRole: (router.instanceRole ?? of?.instanceRole) === undefined,
  };
}

/** The name of a created router's role; no two routers of any two topologies share it. */
export function createdRoleName(topology: string, site: string, router: string): string {
  return `vyos-failover-${topology}--${site}--router--${router}`;
}

function imageOf(image: RouterFile['image'], version: VyosVersion): Image {
  if (image === undefined) return { owner: VYOS_OWNER, name: `VyOS ${version}*` };
  if (typeof image !== 'string') return image;
  return image.startsWith('ssm:') ? { parameter: image.slice('ssm:'.length) } : { id: image };
}
