import type { SwapCall } from '#contracts/swap-detail.ts';
import { clauseOf, shortClause } from '#failover/clause.ts';
import type { RouteFact } from '#failover/observation.ts';
import type { SwapPorts } from './ports.ts';

/** The calls of one run to AWS, for the history. */
export interface RecordedCalls {
  /** The given ports; each call through them is recorded. */
  readonly ports: SwapPorts;
  /** In the order in which they began. A call that has not ended has the time until now. */
  calls(): readonly SwapCall[];
  /** The routes at EC2's last answer; undefined: it has not answered. */
  lastRoutes(): readonly RouteFact[] | undefined;
}

type Call = Pick<SwapCall, 'name' | 'purpose' | 'route' | 'router'>;
type Open = Call & { readonly startMs: number; tookMs?: number; error?: string };

/** @param began when the trigger arrived, ms since the epoch */
export function recordCalls(ports: SwapPorts, began: number): RecordedCalls {
  const made: Open[] = [];
  let last: readonly RouteFact[] | undefined;

  async function recorded<Answer>(
    call: Call,
    make: () => Promise<Answer>,
    faultIn: (answer: Answer) => string | undefined = () => undefined,
  ): Promise<Answer> {
    const open: Open = { ...call, startMs: ports.now() - began };
    made.push(open);
    try {
      const answer = await make();
      const error = faultIn(answer);
      if (error !== undefined) open.error = error;
      return answer;
    } catch (error) {
      open.error = shortClause(clauseOf(error));
      throw error;
    } finally {
      open.tookMs = ports.now() - began - open.startMs;
    }
  }

  const { store } = ports;
  return {
    ports: {
      ...ports,
      describeRoutes: async (routes) => {
        const found = await recorded({ name: 'ec2:DescribeRouteTables' }, () => ports.describeRoutes(routes));
        last = found;
        return found;
      },
      describeRouters: (routers) =>
        recorded({ name: 'ec2:DescribeNetworkInterfaces', purpose: DESCRIBES_INSTANCES }, () =>
          ports.describeRouters(routers),
        ),
      replaceRoute: ({ table, destination }, eni) =>
        recorded(
          { name: 'ec2:ReplaceRoute', route: { table, destination } },
          () => ports.replaceRoute({ table, destination }, eni),
          (outcome) => (outcome === 'replaced' ? undefined : `${outcome.code}: ${shortClause(outcome.message)}`),
        ),
      readBgp: (router) =>
        recorded(
          { name: 'ssm:SendCommand', purpose: 'reads the BGP sessions', router: router.name },
          () => ports.readBgp(router),
          (answer) => (answer.kind === 'answered' ? undefined : answer.why),
        ),
      store: {
        ...store,
        read: (trigger, options) => recorded(STORE.read, () => store.read(trigger, options)),
        recordClaim: (reporter, evidence) => recorded(STORE.recordClaim, () => store.recordClaim(reporter, evidence)),
        begin: (journal, stored, now) => recorded(STORE.begin, () => store.begin(journal, stored, now), conflict),
        beginTentatively: (journal, seen, now) =>
          recorded(STORE.begin, () => store.beginTentatively(journal, seen, now), conflict),
        withdraw: (journal, seen) => recorded(STORE.withdraw, () => store.withdraw(journal, seen)),
        renew: (epoch, run, now) => recorded(STORE.renew, () => store.renew(epoch, run, now), conflict),
        operatorOrders: (eni) => recorded(STORE.operatorOrders, () => store.operatorOrders(eni)),
      },
    },
    calls: () => made.map((call) => ({ ...call, tookMs: call.tookMs ?? ports.now() - began - call.startMs })),
    lastRoutes: () => last,
  };
}

const DESCRIBES_INSTANCES = 'with ec2:DescribeInstanceStatus, describes the routers';

/** Calls of the store during a swap. */
const STORE = {
  read: { name: 'dynamodb:Query', purpose: 'reads the stored state' },
  recordClaim: { name: 'dynamodb:PutItem', purpose: "records the reporter's claim" },
  begin: { name: 'dynamodb:PutItem', purpose: 'takes the lease and writes the journal' },
  withdraw: { name: 'dynamodb:PutItem', purpose: 'withdraws a swap that was not decided' },
  renew: { name: 'dynamodb:UpdateItem', purpose: 'renews the lease' },
  operatorOrders: { name: 'dynamodb:GetItem', purpose: "reads the operators' orders" },
} as const;

/** A conditional write whose condition did not hold. */
function conflict(isWritten: boolean): string | undefined {
  return isWritten ? undefined : 'ConditionalCheckFailedException: another run was first';
}
