import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EC2Client, ReplaceRouteCommand } from '@aws-sdk/client-ec2';
import { eniOf } from '#demo/account-of-topology.ts';
import type { Emulator } from '#emulator/emulator.ts';
import type { Site } from '#topology/topology.ts';

const asAdministrator = ({ endpoint, credentials }: Emulator, { region }: Site) => ({
  endpoint,
  region,
  credentials: credentials.forUser(),
});

/** The managed routes point to the active router. */
export async function resetRoutes(emulator: Emulator, site: Site): Promise<void> {
  const owner = eniOf(site.routers.active);
  const { routeTables } = emulator.ec2.state(site.region);
  const targetOf = (table: string, route: string) =>
    routeTables.get(table)?.routes.find(({ destination }) => destination === route)?.target;
  const moved = site.routeTables.flatMap(({ id, destinations }) =>
    destinations
      .filter((destination) => targetOf(id, destination) !== owner)
      .map((destination) => ({ RouteTableId: id, DestinationCidrBlock: destination, NetworkInterfaceId: owner })),
  );
  const client = new EC2Client(asAdministrator(emulator, site));
  await Promise.all(moved.map((route) => client.send(new ReplaceRouteCommand(route))));
  client.destroy();
}

/** The site's table has no items. */
export async function emptyStore(emulator: Emulator, site: Site, stack: string): Promise<void> {
  const TableName = emulator.stackOutputs(stack)['SiteTableName'] ?? '';
  const client = new DynamoDBClient(asAdministrator(emulator, site));
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  for (const { pk, sk } of Items) {
    if (pk === undefined || sk === undefined) throw new Error(`an item of ${TableName} has no key`);
    await client.send(new DeleteItemCommand({ TableName, Key: { pk, sk } }));
  }
  client.destroy();
}
