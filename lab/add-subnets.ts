import { AwsClient } from 'aws4fetch';
import { eniOf } from '#demo/account-of-topology.ts';
import { wireFronts } from './network.ts';
import type { LabPlan, SitePlan } from './plan.ts';
import type { CloudState } from './state.ts';
import { ownersOf } from './status.ts';

/**
 * Makes the front subnets that a later topology has more than the lab, with hosts in them, and the routes to them in the
 * other sites' route tables: what an operator does in AWS before a push to the routers.
 *
 * @param wanted of the same routers and route tables as the lab
 * @returns the new subnets
 * @throws Error where EC2 refuses a route
 */
export async function addSubnets(lab: LabPlan, wanted: LabPlan, cloud: CloudState): Promise<string[]> {
  for (const [site, later] of inBoth(lab, wanted)) await wireFronts(site, newIn(site, later));
  for (const [site, later] of inBoth(lab, wanted)) await createRoutes(site, later, cloud);
  return inBoth(lab, wanted).flatMap(([{ site }, later]) =>
    later.site.frontSubnets.filter((cidr) => !site.frontSubnets.includes(cidr)),
  );
}

function inBoth({ sites }: LabPlan, wanted: LabPlan): (readonly [SitePlan, SitePlan])[] {
  return sites.flatMap((site) =>
    wanted.sites.filter((later) => later.site.name === site.site.name).map((later) => [site, later] as const),
  );
}

function newIn(site: SitePlan, { fronts, hosts }: SitePlan): Pick<SitePlan, 'fronts' | 'hosts'> {
  return {
    fronts: fronts.filter(({ gateway }) => !site.fronts.some((had) => had.gateway === gateway)),
    hosts: hosts.filter(({ address }) => !site.hosts.some((had) => had.address === address)),
  };
}

/** Where the site's routes point now. */
async function createRoutes(site: SitePlan, later: SitePlan, { endpoint, keys }: CloudState): Promise<void> {
  const [owner] = await ownersOf(site);
  const router = site.routers.find((each) => each.router.name === owner) ?? site.routers[0];
  if (router === undefined) return;
  const ec2 = new AwsClient({ ...keys, service: 'ec2', region: site.site.region, retries: 0 });
  for (const { id, destinations } of later.site.routeTables) {
    const had = site.site.routeTables.find((table) => table.id === id)?.destinations ?? [];
    for (const destination of destinations.filter((each) => !had.includes(each))) {
      const body = new URLSearchParams({
        Action: 'CreateRoute',
        Version: '2016-11-15',
        RouteTableId: id,
        DestinationCidrBlock: destination,
        NetworkInterfaceId: eniOf(router.router),
      });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await ec2.fetch(endpoint, { method: 'POST', headers, body: body.toString() });
      if (!answer.ok) throw new Error(`EC2 makes no route to ${destination} in ${id}: ${await answer.text()}`);
    }
  }
}
