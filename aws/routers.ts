import {
  DescribeInstanceStatusCommand,
  DescribeNetworkInterfacesCommand,
  type EC2Client,
  EC2ServiceException,
  type InstanceStatus,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import type { RouterFacts } from '#failover/observation.ts';
import type { ScheduledEvent } from '#failover/scheduled-event.ts';
import type { ManagedRouter } from '#failover/site.ts';

/** What EC2 reports about a router. */
export type Ec2Facts = Omit<RouterFacts, 'evidence'>;

/** Logs a fault that does not end the call. */
export type Warn = (what: string, error: unknown) => void;

/** `i-…` that a created router's interface was attached to at EC2's last answer; undefined: none, or EC2 was not asked yet. */
export type LastInstance = (router: ManagedRouter) => string | undefined;

/**
 * EC2's view of the pair, by router name. What EC2 does not answer is `unknown`, which proves nothing; it never throws,
 * because half a view can still be enough to refuse with a reason.
 *
 * One round trip: the interfaces, and the status of the topology's instances or, of created routers, of their last ones. A router
 * that is another instance now takes a second one.
 */
export async function describeRouters(
  ec2: EC2Client,
  routers: readonly ManagedRouter[],
  lastInstance: LastInstance,
  warn: Warn,
): Promise<Readonly<Record<string, Ec2Facts>>> {
  const asked = routers.map((router) => router.instance ?? lastInstance(router));
  const ids = [...new Set(asked.filter((id) => id !== undefined))];
  const [interfaces, instances] = await Promise.all([
    networkInterfaces(ec2, routers).catch(warned(warn, 'EC2 did not say how the interfaces are')),
    instancesFacts(ec2, ids, warn).catch(warned(warn, 'EC2 did not say how the instances are')),
  ]);
  const facts = await Promise.all(
    routers.map(async (router, index): Promise<[string, Ec2Facts]> => {
      const attachment = interfaceFacts(router, interfaces);
      const found = instances?.get(asked[index]);
      const { attachedTo } = attachment;
      const isOther = router.instance === undefined ? attachedTo !== asked[index] : isReplaced(found, attachment);
      if (attachedTo === undefined || !isOther) {
        return [router.name, { ...ofAsked(found, attachment), ...attachment, interface: placeOf(found, attachment) }];
      }
      const now = await instanceFacts(ec2, attachedTo).catch(warned(warn, `EC2 did not say how ${router.name} is`));
      return [
        router.name,
        { ...(now === 'not-found' ? UNKNOWN : (now ?? UNKNOWN)), ...attachment, interface: 'attached' },
      ];
    }),
  );
  return Object.fromEntries(facts);
}

type InstanceFacts = Pick<Ec2Facts, 'instance' | 'statusChecks' | 'events'>;
type InterfaceFacts = Pick<Ec2Facts, 'interface' | 'attachedTo' | 'sourceDestCheck'>;

const UNKNOWN: InstanceFacts = { instance: 'unknown', statusChecks: 'unknown' };

/**
 * A router is its interface, not the instance that the topology names. An instance id that EC2 does not know is a mistyped id,
 * and a terminated instance has been replaced: in both cases the router is the instance that its interface is attached to. Only
 * while the topology's instance exists is an interface at another instance a fault.
 */
function isReplaced(named: InstanceFacts | 'not-found' | undefined, { interface: its }: InterfaceFacts): boolean {
  return its === 'elsewhere' && (named === 'not-found' || named?.instance === 'terminated');
}

/** If EC2 does not report the topology's instance, it is unknown whether the interface is at the wrong one. */
function placeOf(named: InstanceFacts | 'not-found' | undefined, { interface: its }: InterfaceFacts) {
  const isUnknown = named === undefined || (named !== 'not-found' && named.instance === 'unknown');
  return its === 'elsewhere' && isUnknown ? 'unknown' : its;
}

/**
 * EC2 drops an instance an hour after its termination; only a detached interface distinguishes that from a mistyped id. A
 * terminated instance may have been replaced if EC2 does not report what the interface is attached to.
 */
function ofAsked(asked: InstanceFacts | 'not-found' | undefined, { interface: its }: InterfaceFacts): InstanceFacts {
  if (asked !== 'not-found')
    return asked?.instance === 'terminated' && its === 'unknown' ? UNKNOWN : (asked ?? UNKNOWN);
  return its === 'detached' || its === 'missing' ? { ...UNKNOWN, instance: 'terminated' } : UNKNOWN;
}

/**
 * One call for both: all pairs of an account share EC2's throttle. There is no filter by id, and one id that EC2 does not know fails
 * the common call; then each is asked for by itself, and one that is not answered hides nothing of the other.
 */
async function instancesFacts(
  ec2: EC2Client,
  ids: readonly string[],
  warn: Warn,
): Promise<ReadonlyMap<string | undefined, InstanceFacts | 'not-found' | undefined>> {
  if (ids.length === 0) return new Map();
  try {
    const statuses = await instanceStatuses(ec2, ids);
    return new Map(ids.map((id) => [id, factsIn(statuses.find(({ InstanceId }) => InstanceId === id))]));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const each = ids.map(async (id) => {
      const facts = await instanceFacts(ec2, id).catch(warned(warn, `EC2 did not say how ${id} is`));
      return [id, facts] as const;
    });
    return new Map(await Promise.all(each));
  }
}

async function instanceFacts(ec2: EC2Client, id: string): Promise<InstanceFacts | 'not-found'> {
  try {
    const [status] = await instanceStatuses(ec2, [id]);
    return factsIn(status);
  } catch (error) {
    if (isNotFound(error)) return 'not-found';
    throw error;
  }
}

async function instanceStatuses(ec2: EC2Client, ids: readonly string[]): Promise<readonly InstanceStatus[]> {
  const command = new DescribeInstanceStatusCommand({ InstanceIds: [...ids], IncludeAllInstances: true });
  const { InstanceStatuses = [] } = await ec2.send(command);
  return InstanceStatuses;
}

function isNotFound(error: unknown): boolean {
  return error instanceof EC2ServiceException && error.name === 'InvalidInstanceID.NotFound';
}

function factsIn(status: InstanceStatus | undefined): InstanceFacts {
  const events = eventsOf(status);
  return {
    instance: status?.InstanceState?.Name ?? 'unknown',
    statusChecks: statusChecksOf(status),
    ...(events.length > 0 && { events }),
  };
}

/** EC2 has a third check for instances with EBS volumes, which all but a few have. */
function statusChecksOf(status: InstanceStatus | undefined): Ec2Facts['statusChecks'] {
  const volumes = status?.AttachedEbsStatus?.Status ?? 'not-applicable';
  const checks = [status?.InstanceStatus?.Status, status?.SystemStatus?.Status, volumes];
  if (checks.includes('impaired')) return 'impaired';
  if (checks.includes('initializing')) return 'initializing';
  const [instance, system] = checks;
  return instance === 'ok' && system === 'ok' && volumes !== 'insufficient-data' ? 'ok' : 'unknown';
}

/**
 * Also those that are over, for up to a week: `[Completed]` or `[Canceled]` begins their description
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStatusEvent.html).
 */
function eventsOf(status: InstanceStatus | undefined): readonly ScheduledEvent[] {
  return (status?.Events ?? []).map(({ Code, Description = '', NotBefore }) => ({
    code: Code ?? 'unknown',
    description: Description,
    notBefore: NotBefore?.getTime(),
    ...(/^\[(Completed|Canceled)\]/i.test(Description) && { over: true }),
  }));
}

async function networkInterfaces(ec2: EC2Client, routers: readonly ManagedRouter[]) {
  const Filters = [{ Name: 'network-interface-id', Values: routers.map((router) => router.eni) }];
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  return new Map(NetworkInterfaces.map((eni) => [eni.NetworkInterfaceId, eni]));
}

/** States of an attachment that forwards nothing, not yet or not any more. */
const IN_TRANSIT: ReadonlySet<string | undefined> = new Set(['attaching', 'detaching', 'detached']);

function interfaceFacts(
  router: ManagedRouter,
  interfaces: ReadonlyMap<string | undefined, NetworkInterface> | undefined,
): InterfaceFacts {
  if (interfaces === undefined) return { interface: 'unknown', sourceDestCheck: 'unknown' };
  const eni = interfaces.get(router.eni);
  if (eni === undefined) return { interface: 'missing', sourceDestCheck: 'unknown' };
  const { Attachment, SourceDestCheck: sourceDestCheck = 'unknown' } = eni;
  if (Attachment === undefined || IN_TRANSIT.has(Attachment.Status)) return { interface: 'detached', sourceDestCheck };
  if (Attachment.Status !== 'attached') return { interface: 'unknown', sourceDestCheck };
  const attachedTo = Attachment.InstanceId;
  const isAtRouter = router.instance === undefined || attachedTo === router.instance;
  return { interface: isAtRouter ? 'attached' : 'elsewhere', attachedTo, sourceDestCheck };
}

function warned(warn: Warn, what: string): (error: unknown) => undefined {
  return (error) => {
    warn(what, error);
    return undefined;
  };
}
