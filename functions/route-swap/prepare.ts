import { type Decision, decide } from '#failover/decision.ts';
import type { ReportTrigger } from '#failover/trigger.ts';
import { observationOf, readEc2, readStore } from '#functions/observe.ts';
import type { SwapPorts } from './ports.ts';

/**
 * Reads the site for a suspected report, and keeps that in this environment for the confirmed one. It writes nothing and announces
 * nothing. A store that does not answer is not kept: the confirmed report must find out by itself. Reading it twice opens the connections that
 * `observeConfirmed` needs.
 *
 * @returns what would be decided if the report were confirmed now
 */
export async function prepare(report: ReportTrigger, ports: SwapPorts): Promise<Decision> {
  const at = ports.now();
  const [ec2, stored] = await Promise.all([readEc2(ports), readStore(report, ports, { twice: true })]);
  if (stored.stored.reachable) ports.prepared.add(report, { at, ec2, stored });
  const decision = decide(ports.unjournaled.addTo(await observationOf(report, ec2, stored, ports)));
  const { kind, reason } = decision;
  ports.log.info(`Prepared for a confirmed report: ${decision.says}`, { decision: { kind, reason }, id: report.id });
  return decision;
}
