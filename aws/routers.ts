import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  type EC2Client,
  type InstanceStateName,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import type { RouterFacts } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';

/** What EC2 knows of a router. */
export type Ec2Facts = Pick<RouterFacts, 'instance' | 'interface' | 'sourceDestCheck'>;

/**
 * EC2's view of the pair, by router name. What EC2 does not answer is `unknown`, which proves nothing; it never throws,
 * because half a view can still be enough to refuse with a reason.
 *
 * @param warn told what EC2 did not answer
 */
export async function describeRouters(
  ec2: EC2Client,
  routers: readonly ManagedRouter[],
  warn: Warn,
): Promise<Readonly<Record<string, Ec2Facts>>> {
  const [states, interfaces] = await Promise.all([
    instanceStates(ec2, routers).catch(warned(warn, 'EC2 did not say how the instances are')),
    networkInterfaces(ec2, routers).catch(warned(warn, 'EC2 did not say how the interfaces are')),
  ]);
  return Object.fromEntries(
    routers.map((router) => [
      router.name,
      {
        instance: states === undefined ? 'unknown' : (states.get(router.instance) ?? 'terminated'),
        ...interfaceFacts(router, interfaces),
      },
    ]),
  );
}

/** By filter, so that an instance id that EC2 has forgotten is absent (long terminated) and not an error. */
async function instanceStates(ec2: EC2Client, routers: readonly ManagedRouter[]) {
  const Filters = [{ Name: 'instance-id', Values: routers.map((router) => router.instance) }];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  const instances = Reservations.flatMap((reservation) => reservation.Instances ?? []);
  return new Map<string | undefined, InstanceStateName>(
    instances.flatMap(({ InstanceId, State }) => (State?.Name === undefined ? [] : [[InstanceId, State.Name]])),
  );
}

async function networkInterfaces(ec2: EC2Client, routers: readonly ManagedRouter[]) {
  const Filters = [{ Name: 'network-interface-id', Values: routers.map((router) => router.eni) }];
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  return new Map(NetworkInterfaces.map((eni) => [eni.NetworkInterfaceId, eni]));
}

/** Somebody who is told about a fault that we can live with. */
export type Warn = (what: string, error: unknown) => void;

function warned(warn: Warn, what: string): (error: unknown) => undefined {
  return (error) => {
    warn(what, error);
    return undefined;
  };
}

function interfaceFacts(
  router: ManagedRouter,
  interfaces: ReadonlyMap<string | undefined, NetworkInterface> | undefined,
): Pick<Ec2Facts, 'interface' | 'sourceDestCheck'> {
  if (interfaces === undefined) return { interface: 'unknown', sourceDestCheck: 'unknown' };
  const eni = interfaces.get(router.eni);
  if (eni === undefined) return { interface: 'missing', sourceDestCheck: 'unknown' };
  const { Attachment, SourceDestCheck } = eni;
  const attached = Attachment?.Status === 'attached';
  return {
    interface: !attached ? 'detached' : Attachment.InstanceId === router.instance ? 'attached' : 'elsewhere',
    sourceDestCheck: SourceDestCheck ?? 'unknown',
  };
}
