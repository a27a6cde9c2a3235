import { gzipSync } from 'node:zlib';
import type { Topology } from '#topology/topology.ts';
import { cloudInit } from '#vyos/cloud-init.ts';
import { LARGEST_USER_DATA } from '#vyos/user-data.ts';

/** A `cloud-init.yaml` that exceeds EC2's limit for user data; undefined: it fits, or no router has one. All have about the same size. */
export function userDataNote(topology: Topology): string | undefined {
  const routers = topology.sites.flatMap((site) => [site.routers.active, site.routers.standby]);
  const name = routers.find(({ creation }) => creation === undefined)?.name;
  if (name === undefined) return undefined;
  const text = cloudInit(topology, name);
  const size = Buffer.byteLength(text);
  if (size <= LARGEST_USER_DATA) return undefined;
  const compressed = gzipSync(text, { level: 9 }).length;
  const instead =
    compressed <= LARGEST_USER_DATA
      ? `compress it to ${compressed} bytes, which cloud-init accepts: gzip -9 cloud-init.yaml, and --user-data fileb://cloud-init.yaml.gz`
      : 'start the routers without it, and load the configuration of the bundle by hand';
  return `cloud-init.yaml of ${name} has ${size} bytes, and EC2 accepts ${LARGEST_USER_DATA} bytes of user data: ${instead}.`;
}
