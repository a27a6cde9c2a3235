import type { Ec2Facts } from '#aws/routers.ts';
import { type Examination, type RouterExamination, RouterFindings } from '#contracts/examination.ts';
import * as z from '#contracts/validation.ts';
import { shortClause } from '#failover/clause.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import { whyNotRunning } from '#failover/why-not-running.ts';
import type { SwapPorts } from './ports.ts';

type ExaminePorts = Pick<SwapPorts, 'site' | 'now' | 'examineRouter' | 'describeRouters'>;

/** Asks both routers at once. A router that does not answer does not hide the other one. */
export async function examine(ports: ExaminePorts): Promise<Examination> {
  const routers = routersOf(ports.site);
  const facts = await ports.describeRouters(routers);
  const found = routers.map(
    async (router) => [router.name, await examineRouter(router, facts[router.name], ports)] as const,
  );
  return { routers: Object.fromEntries(await Promise.all(found)) };
}

async function examineRouter(
  router: ManagedRouter,
  facts: Pick<Ec2Facts, 'instance'> | undefined,
  ports: ExaminePorts,
): Promise<RouterExamination> {
  const askedAt = ports.now();
  const notRunning = whyNotRunning(facts);
  if (notRunning !== undefined) return { askedAt, answeredAt: askedAt, why: notRunning };
  const end = await ports.examineRouter(router);
  const times = { askedAt, answeredAt: ports.now() };
  if (end.kind !== 'answered') return { ...times, why: shortClause(end.why) };
  const found = parse(end.output);
  return found === undefined ? { ...times, why: 'its answer cannot be read' } : { ...times, found };
}

function parse(output: string): RouterFindings | undefined {
  try {
    return z.safeParse(RouterFindings, JSON.parse(output)).data;
  } catch {
    return undefined;
  }
}
