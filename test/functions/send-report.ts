import { answerReport } from '#functions/route-swap/answer-report.ts';
import { type Life, type Report, reportEvent } from '../world/report-event.ts';
import type { FakeWorld } from './fakes.ts';

export interface Answered {
  readonly status: number | undefined;
  readonly outcome: string;
  readonly reason: string;
  readonly says: string;
}

/**
 * A router's message over the API, and its answer. Default: the standby has just noticed that the active failed.
 *
 * @param evidence what replaces parts of the evidence; undefined values take parts away
 */
export async function send(
  world: FakeWorld,
  report: Partial<Report> = {},
  { evidence = {}, bgp = 'up', run = 'run-1' }: { evidence?: object; bgp?: Life['bgp']; run?: string } = {},
): Promise<Answered> {
  const life: Life = { bgp, agent: true, api: true };
  const lives = { 'tokyo-1': life, 'tokyo-2': life, 'virginia-1': life };
  const event = reportEvent({ id: 'report-1', at: world.now, ...report }, world.site, lives);
  const message = JSON.parse(event.body ?? '') as { readonly evidence: object };
  const body = JSON.stringify({ ...message, evidence: { ...message.evidence, ...evidence } });
  const answer = await answerReport({ ...event, body }, world.tools({ run }));
  return { status: answer.statusCode, ...(JSON.parse(answer.body ?? '') as Omit<Answered, 'status'>) };
}
