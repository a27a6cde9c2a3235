import { describe, expect, it } from 'vitest';
import type { Account } from '#emulator/account.ts';
import { SITE } from '../failover/situation.ts';
import { GATEWAY } from '../world/account-of-site.ts';
import { SiteWorld } from '../world/site-world.ts';

const EDGE = 'rtb-0000000000000000e';
/** A subnet of the VPC: what comes in from the internet for it shall pass the router. */
const SUBNET = { table: EDGE, destination: '10.1.102.0/24' };
/** EC2 takes no prefix list in a gateway's table. */
const LIST = { table: EDGE, destination: 'pl-00000000000000001' };
const [first] = SITE.routes;

/** The table is associated with the internet gateway. */
function edge(account: Account): Account {
  const regions = Object.entries(account.regions).map(([name, region]) => {
    const routeTables = region.routeTables.map((table) => (table.id === EDGE ? { ...table, gateway: GATEWAY } : table));
    return [name, { ...region, routeTables }] as const;
  });
  return { ...account, regions: Object.fromEntries(regions) };
}

async function failover(routes: typeof SITE.routes) {
  const world = await SiteWorld.start({ site: { ...SITE, routes }, account: edge });
  return { world, answer: await world.ended(world.report()) };
}

describe('a gateway’s route table (edge)', () => {
  it('has its route to a subnet of the VPC moved with the others', async () => {
    const routes = [...SITE.routes, SUBNET];
    const { world, answer } = await failover(routes);
    expect(answer).toMatchObject({ outcome: 'swapped', moved: routes });
    expect(world.owner()).toBe('tokyo-2');
  });

  it('keeps what EC2 does not let stand in it: named with EC2’s words, and the others are moved', async () => {
    const { world, answer } = await failover([...(first ? [first] : []), LIST]);
    expect(answer).toMatchObject({ outcome: 'partial', moved: [first] });
    expect(String(answer?.['says'])).toContain(
      `${EDGE} pl-00000000000000001 (InvalidParameterValue: A gateway route table cannot have a prefix list`,
    );
    expect(world.owner()).toBe('split');
  });
});
