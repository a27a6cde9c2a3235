import {
  DescribeInstanceStatusCommand,
  DescribeNetworkInterfacesCommand,
  type EC2Client,
  EC2ServiceException,
  type InstanceStatus,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import type { RouterFacts } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';

/** What EC2 knows of a router. */
export type Ec2Facts = Omit<RouterFacts, 'statements'>;

/** Somebody who is told about a fault that we can live with. */
export type Warn = (what: string, error: unknown) => void;

/**
 * EC2's view of the pair, by router name. What EC2 does not answer is `unknown`, which proves nothing; it never throws,
 * because half a view can still be enough to refuse with a reason.
 */
export async function describeRouters(
  ec2: EC2Client,
  routers: readonly ManagedRouter[],
  warn: Warn,
): Promise<Readonly<Record<string, Ec2Facts>>> {
  const [interfaces, ...instances] = await Promise.all([
    networkInterfaces(ec2, routers).catch(warned(warn, 'EC2 did not say how the interfaces are')),
    ...routers.map((router) => instanceFacts(ec2, router).catch(warned(warn, `EC2 did not say how ${router.name} is`))),
  ]);
  const unknown = { instance: 'unknown', statusChecks: 'unknown' } as const;
  return Object.fromEntries(
    routers.map((router, index) => [
      router.name,
      { ...(instances[index] ?? unknown), ...interfaceFacts(router, interfaces) },
    ]),
  );
}

type InstanceFacts = Pick<Ec2Facts, 'instance' | 'statusChecks'>;

/** One call for each router: there is no filter by id, and one id that EC2 has forgotten would fail a common call. */
async function instanceFacts(ec2: EC2Client, router: ManagedRouter): Promise<InstanceFacts> {
  try {
    const { InstanceStatuses: [status] = [] } = await ec2.send(
      new DescribeInstanceStatusCommand({ InstanceIds: [router.instance], IncludeAllInstances: true }),
    );
    return { instance: status?.InstanceState?.Name ?? 'unknown', statusChecks: statusChecksOf(status) };
  } catch (error) {
    const forgotten = error instanceof EC2ServiceException && error.name === 'InvalidInstanceID.NotFound';
    if (forgotten) return { instance: 'terminated', statusChecks: 'unknown' };
    throw error;
  }
}

function statusChecksOf(status: InstanceStatus | undefined): Ec2Facts['statusChecks'] {
  const checks = [status?.InstanceStatus?.Status, status?.SystemStatus?.Status];
  if (checks.includes('impaired')) return 'impaired';
  if (checks.includes('initializing')) return 'initializing';
  return checks.every((check) => check === 'ok') ? 'ok' : 'unknown';
}

async function networkInterfaces(ec2: EC2Client, routers: readonly ManagedRouter[]) {
  const Filters = [{ Name: 'network-interface-id', Values: routers.map((router) => router.eni) }];
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  return new Map(NetworkInterfaces.map((eni) => [eni.NetworkInterfaceId, eni]));
}

function interfaceFacts(
  router: ManagedRouter,
  interfaces: ReadonlyMap<string | undefined, NetworkInterface> | undefined,
): Pick<Ec2Facts, 'interface' | 'attachedTo' | 'sourceDestCheck'> {
  if (interfaces === undefined) return { interface: 'unknown', sourceDestCheck: 'unknown' };
  const eni = interfaces.get(router.eni);
  if (eni === undefined) return { interface: 'missing', sourceDestCheck: 'unknown' };
  const { Attachment, SourceDestCheck } = eni;
  const attached = Attachment?.Status === 'attached';
  return {
    interface: !attached ? 'detached' : Attachment.InstanceId === router.instance ? 'attached' : 'elsewhere',
    attachedTo: attached ? Attachment.InstanceId : undefined,
    sourceDestCheck: SourceDestCheck ?? 'unknown',
  };
}

function warned(warn: Warn, what: string): (error: unknown) => undefined {
  return (error) => {
    warn(what, error);
    return undefined;
  };
}
