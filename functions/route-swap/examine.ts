import { type Examination, type RouterExamination, RouterFindings } from '#contracts/examination.ts';
import * as z from '#contracts/validation.ts';
import { shortClause } from '#failover/clause.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import type { SwapPorts } from './ports.ts';

type ExaminePorts = Pick<SwapPorts, 'site' | 'now' | 'examineRouter'>;

/** Asks both routers at once. A router that does not answer does not hide the other one. */
export async function examine(ports: ExaminePorts): Promise<Examination> {
  const found = routersOf(ports.site).map(async (router) => [router.name, await examineRouter(router, ports)] as const);
  return { routers: Object.fromEntries(await Promise.all(found)) };
}

async function examineRouter(router: ManagedRouter, ports: ExaminePorts): Promise<RouterExamination> {
  const askedAt = ports.now();
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
