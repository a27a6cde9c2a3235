import {
  CreateRouteCommand,
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
  EC2Client,
  EC2ServiceException,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import type { Emulator } from '#emulator/emulator.ts';
import type { ManagedRoute } from '#failover/site.ts';

/**
 * Simple scripts for about a dozen routes. Each continues after a call that failed finally, as most such scripts do, with the
 * default retries of the SDK.
 */
export type NaiveWay = (ec2: EC2Client, routes: readonly ManagedRoute[], eni: string) => Promise<void>;

export const NAIVE_WAYS = {
  /** One ReplaceRoute after the other. */
  sequential: async (ec2, routes, eni) => {
    for (const route of routes)
      await attempt(ec2.send(new ReplaceRouteCommand({ ...input(route), NetworkInterfaceId: eni })));
  },
  /** All of them at once. */
  unpaced: async (ec2, routes, eni) => {
    await Promise.all(
      routes.map((route) => attempt(ec2.send(new ReplaceRouteCommand({ ...input(route), NetworkInterfaceId: eni })))),
    );
  },
  /** The script of 2014: every route is deleted, then created anew. */
  'delete-create': async (ec2, routes, eni) => {
    for (const route of routes) {
      await attempt(ec2.send(new DeleteRouteCommand(input(route))));
      await attempt(ec2.send(new CreateRouteCommand({ ...input(route), NetworkInterfaceId: eni })));
    }
  },
} as const satisfies Readonly<Record<string, NaiveWay>>;

export type NaiveName = keyof typeof NAIVE_WAYS;

/**
 * The SDK as it comes: default retries, default timeouts, default number of connections. Its code is loaded and a
 * connection open, as route-swap does.
 */
export async function warmNaiveClient({ endpoint, credentials }: Emulator, region: string): Promise<EC2Client> {
  const ec2 = new EC2Client({
    region,
    endpoint,
    credentials: credentials.forUser('script'),
    // It would tell the console that more calls wait than it has connections; that is the point of the unpaced way.
    requestHandler: { logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} } },
  });
  await ec2.send(new DescribeRouteTablesCommand({ MaxResults: 5 }));
  return ec2;
}

function input({ table, destination }: ManagedRoute) {
  return { RouteTableId: table, DestinationCidrBlock: destination };
}

/** Errors of EC2 are counted in the emulator. Any other error is a fault of the benchmark. */
async function attempt(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof EC2ServiceException)) throw error;
  }
}
