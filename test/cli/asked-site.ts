import { readFileSync } from 'node:fs';
import type { ApiAnswer, SignedRequest } from '#aws/signed-request.ts';
import type { Call } from '#cli/environment.ts';
import type { PushPlan } from '#contracts/push-plan.ts';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { managedSite } from '#failover/site.ts';
import type { HttpEvent } from '#functions/http.ts';
import { answerOperator } from '#functions/route-swap/answer-operator.ts';
import { answerSiteRequest } from '#functions/route-swap/answer-site-request.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { planOnly } from '#functions/route-swap/plan-only.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { loadTopology } from '#topology/load.ts';
import type { Site } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { DOWN, UP } from '../failover/situation.ts';
import { FakeWorld } from '../functions/fakes.ts';
import { commandLine, type Ended, examplesFolder, type Surroundings } from './command-line.ts';

const { topology } = loadTopology(readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8'), 'tokyo-virginia.yaml');
const sites = (topology?.sites ?? []) as readonly Site[];

/**
 * A site of the example, healthy: the real route-swap with an in-memory AWS. It accepts the real requests and answers in
 * JSON.
 */
export class AskedSite {
  readonly world: FakeWorld;
  readonly calls: Call[] = [];
  /** What `examine` prints on a router. Default: it does not answer. */
  examined: SwapPorts['examineRouter'] = () => Promise.resolve({ kind: 'silent', why: 'no answer' });
  /** What config-push plans. Default: it is not deployed. */
  plan: PushPlan | undefined;
  /** Of the functions, if it is not that of the command line; null: they state none. */
  version: string | null | undefined;

  constructor(name = 'tokyo') {
    const own = sites.find((each) => each.name === name);
    if (topology === undefined || own === undefined) throw new Error('the example has mistakes');
    this.world = new FakeWorld(managedSite(topology, own, bgpNeighbors(topology)));
    this.probe({ [`${name}-1`]: 1, [`${name}-2`]: 1 });
  }

  /** Adds a probe round of 21 s ago: paths by router; null: no answer. */
  probe(paths: Readonly<Record<string, number | null>>): void {
    const found: Record<string, BgpCounts | undefined> = {};
    for (const [name, count] of Object.entries(paths)) found[name] = count === null ? undefined : count > 0 ? UP : DOWN;
    const round = this.world.round(this.world.now - 21_000, found);
    this.world.stored = { ...this.world.stored, probes: [...this.world.stored.probes, round] };
  }

  /** Runs a command line against it, by default without a terminal. */
  run(line: readonly string[], around: Surroundings = {}): Promise<Ended> {
    const env = { VYOS_FAILOVER_TOPOLOGY: 'tokyo-virginia.yaml' };
    return commandLine(line, { env, invoke: (call) => this.answer(call), ...around });
  }

  /** What its API answers to an operator. */
  async http({ method, url, body }: SignedRequest): Promise<ApiAnswer> {
    const { pathname, searchParams } = new URL(url);
    const { name } = this.world.site;
    const event = {
      routeKey: `${method} ${pathname.replace(`/sites/${name}/`, '/sites/{site}/')}`,
      pathParameters: { site: name },
      queryStringParameters: Object.fromEntries(searchParams),
      ...(body !== undefined && { body: JSON.stringify(body) }),
      isBase64Encoded: false,
      requestContext: {
        requestId: 'request-1',
        authorizer: { iam: { userArn: 'arn:aws:sts::123456789012:assumed-role/on-call/ann' } },
        http: { sourceIp: '203.0.113.11' },
      },
    } as unknown as HttpEvent;
    const answer = await answerOperator(event, this.world.tools({ run: 'run-http' }));
    return { status: answer.statusCode ?? 200, body: JSON.parse(answer.body ?? '') as unknown };
  }

  /** The requests that it received. */
  get asked(): unknown[] {
    return this.calls.map(({ payload }) => payload);
  }

  /** What its route-swap answers. @throws the fault of Lambda for any other function */
  async answer(call: Call): Promise<unknown> {
    this.calls.push(call);
    if (call.functionName.endsWith('--config-push') && this.plan !== undefined) return overTheWire(this.plan);
    const { name, region } = this.world.site;
    if (call.functionName !== `vyos-failover-tokyo-virginia--${name}--route-swap` || call.region !== region) {
      throw Object.assign(new Error(`Function not found: ${call.functionName}`), { name: 'ResourceNotFoundException' });
    }
    const request = readDirectRequest(call.payload, this.world.site);
    const tools = this.world.tools({ run: `run-${this.calls.length}`, examineRouter: this.examined });
    if ('act' in request) {
      const answer = await answerSiteRequest(request.act, tools);
      const isOtherVersion = this.version !== undefined && 'seen' in answer;
      return overTheWire(isOtherVersion ? { ...answer, version: this.version ?? undefined } : answer);
    }
    return overTheWire(await (request.dryRun ? planOnly : swapRoutes)(request.trigger, tools));
  }
}

function overTheWire(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer)) as unknown;
}
