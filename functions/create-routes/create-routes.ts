import type { CreateOutcome } from '#aws/create-route.ts';
import type { CallPacer } from '#failover/call-pacer.ts';
import { shortClause } from '#failover/clause.ts';
import type { RouteFact } from '#failover/observation.ts';
import { type ManagedRoute, routeName } from '#failover/site.ts';
import type { Log } from '#functions/log.ts';
import type { RouteTarget, WantedRoutes } from './settings.ts';

/** What the creation of routes needs of the outside. */
export interface CreatePorts {
  /** ms since the epoch. */
  readonly now: () => number;
  /** Resolves after this time, ms. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Nothing is begun after this, ms since the epoch. */
  readonly deadline: number;
  /** The account's throttle for CreateRoute. */
  readonly pacer: CallPacer;
  describeRoutes(routes: readonly ManagedRoute[]): Promise<readonly RouteFact[]>;
  createRoute(route: ManagedRoute, eni: string): Promise<CreateOutcome>;
  readonly log: Log;
}

/** What was done. */
export interface RoutesCreated {
  /** The router that the created routes point at. */
  readonly owner: RouteTarget;
  readonly created: readonly ManagedRoute[];
  /** Routes that existed, at whatever target. */
  readonly existing: number;
  readonly failed: readonly FailedRoute[];
}

/** A route that could not be created. */
interface FailedRoute {
  readonly route: ManagedRoute;
  /** EC2's name of the fault; undefined: there was no time left to try. */
  readonly code?: string;
  /** A clause. */
  readonly why: string;
}

const IN_PARALLEL = 8;

/**
 * Creates the managed routes that are missing, at the owner. A route that exists is never changed, so that neither a deployment nor
 * the removal of a stack can undo a failover.
 *
 * @throws Error if EC2 does not describe the tables
 */
export async function createRoutes(wanted: WantedRoutes, ports: CreatePorts): Promise<RoutesCreated> {
  const found = await describe(wanted, ports);
  const owner = ownerOf(found, wanted);
  const missing = found.filter(({ target }) => target === undefined);
  const { outcomes, failed } = await createAll(missing, owner, ports);
  const created = outcomes.filter(([, outcome]) => outcome === 'created').map(([route]) => route);
  ports.log.info(`${created.length} of ${found.length} managed routes were created at ${owner.name}`, {
    created,
    failed,
  });
  return { owner, created, existing: found.length - created.length - failed.length, failed };
}

/** The router that all other managed routes of the pair point at; the active one if they disagree or there are none. */
function ownerOf(found: readonly RouteFact[], { active, standby }: WantedRoutes): RouteTarget {
  const static_ = found.filter(({ origin }) => origin === 'static');
  const holds = ({ eni }: RouteTarget) => static_.some(({ target }) => target === eni);
  return holds(standby) && !holds(active) ? standby : active;
}

type Created = readonly [ManagedRoute, 'created' | 'exists'];

/** Several workers take routes from one queue. */
async function createAll(missing: readonly ManagedRoute[], { eni }: RouteTarget, ports: CreatePorts) {
  const queue = missing.map(({ table, destination }) => ({ table, destination }));
  const outcomes: Created[] = [];
  const failed: FailedRoute[] = [];
  const worker = async () => {
    for (let route = queue.shift(); route !== undefined; route = queue.shift()) {
      const outcome = await createOne(route, eni, ports);
      if (typeof outcome === 'string') outcomes.push([route, outcome]);
      else failed.push({ route, ...outcome });
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_PARALLEL, queue.length) }, worker));
  return { outcomes, failed };
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** How long a new role, table or interface may be unknown to EC2. */
const CONSISTENT_AFTER_MS = 60_000;
/** Faults of the first seconds of what another resource of the deployment has just created. */
const NOT_YET = /NotFound$|^UnauthorizedOperation$|^AccessDenied/;

async function createOne(
  route: ManagedRoute,
  eni: string,
  ports: CreatePorts,
): Promise<'created' | 'exists' | Omit<FailedRoute, 'route'>> {
  const began = ports.now();
  let last: Omit<FailedRoute, 'route'> = { why: 'its turn did not come within the time of the function' };
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const pause = ports.pacer.reserve(ports.now());
    if (ports.now() + pause > ports.deadline) return last;
    if (pause > 0) await ports.sleep(pause);
    const sentAt = ports.now();
    const outcome = await ports.createRoute(route, eni);
    if (typeof outcome === 'string') {
      ports.pacer.accepted(ports.now());
      return outcome;
    }
    const { code, message, kind } = outcome;
    last = { code, why: `${code}: ${shortClause(message)}` };
    ports.log.warn(`CreateRoute ${routeName(route)} failed: ${code}`, { route, ...outcome });
    if (kind === 'throttled') ports.pacer.refused(ports.now(), sentAt);
    const mayAppear = NOT_YET.test(code) && ports.now() - began < CONSISTENT_AFTER_MS;
    if ((kind === 'final' && !mayAppear) || ports.now() + wait > ports.deadline) return last;
    await ports.sleep(wait);
  }
}

/** A new role may not be permitted yet, and a call may fail: asked again until an answer or the deadline. */
async function describe({ routes }: WantedRoutes, ports: CreatePorts): Promise<readonly RouteFact[]> {
  const began = ports.now();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await ports.describeRoutes(routes);
    } catch (error) {
      ports.log.warn('EC2 did not describe the route tables', { error });
      const isOver = ports.now() - began >= CONSISTENT_AFTER_MS || ports.now() + wait > ports.deadline;
      if (isOver) throw error;
      await ports.sleep(wait);
    }
  }
}
