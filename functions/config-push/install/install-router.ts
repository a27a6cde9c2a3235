import type { RouterPrograms } from '#contracts/install-result.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { INSTALL_STEP_S } from '../limits/router-times.ts';
import { expectedNeighbors } from '../plan/expected-neighbors.ts';
import type { PushPorts } from '../ports.ts';
import { VERIFIES_BGP } from '../push/push-router.ts';
import { verifyBgp } from '../push/verify-bgp.ts';
import type { Silence } from '../router/read-answer.ts';
import { differs, type RouterInstall } from './plan-install.ts';
import { type InstallAnswer, installAnswerOf } from './router-answer.ts';

/** How an installation on one router ended. */
export interface InstallEnd {
  readonly outcome: 'installed' | 'refused' | 'failed' | 'unknown';
  /** For programs. */
  readonly reason: string;
  /** A sentence. */
  readonly says: string;
  readonly programs: RouterPrograms;
}

/**
 * Installs the deployed programs on one router: install → wait until a replaced SSM agent has proven itself → verify BGP. The
 * command may be lost with the agent, or with a reboot: it has the name of the attempt, and is sent again until the router says
 * how the installation ended.
 */
export async function installRouter(
  { router, programs, baseline }: RouterInstall,
  ports: PushPorts,
): Promise<InstallEnd> {
  const { name } = router;
  ports.record.beginInstall(programs);
  const answer = await untilEnded(router, ports);
  if (answer.outcome !== 'installed' && answer.outcome !== 'unchanged') return notInstalled(answer, programs);
  const { installed, attention, agent } = answer;
  const { deployed } = programs;
  const isOther = deployed !== undefined && differs(installed, deployed) && agent.state !== 'upgraded';
  const after: RouterPrograms = { ...programs, installed, differs: isOther, attention, agent };
  const version = `version ${installed.version ?? 'unknown'} (${installed.sha256?.slice(0, 12) ?? 'unknown'})`;
  if (agent.state === 'pending') {
    const says = `${name} has ${version}. It is not known yet whether its new SSM agent works: it did not answer. Unless a command reaches it, it installs its earlier agent again.`;
    return { outcome: 'unknown', reason: 'agent-unknown', says, programs: after };
  }
  const expected = expectedNeighbors(baseline ?? {}, router.bgp);
  // No tunnel was changed that a session could outlive.
  const verify = { ...ports.verify, holdMs: 0 };
  const unwell = await ports.record.step(
    name,
    VERIFIES_BGP,
    () => verifyBgp(router, expected, verify.withinMs, async () => false, { ...ports, verify }),
    (why) => why,
  );
  if (unwell !== undefined) {
    const says = `${name} has ${version}, and is not fit: ${unwell}. No other router is changed.`;
    return { outcome: 'failed', reason: 'not-fit', says, programs: after };
  }
  if (agent.state === 'failed' || agent.state === 'restored') {
    const says = `${name} has ${version}, and not its new SSM agent: ${agent.says ?? 'the reason is unknown'}.`;
    return { outcome: 'failed', reason: `agent-${agent.state}`, says, programs: after };
  }
  const upgraded = agent.state === 'upgraded' ? ', and a new SSM agent' : '';
  return { outcome: 'installed', reason: 'installed', says: `${name} has ${version}${upgraded}.`, programs: after };
}

/** The longest time until a router says how the installation ended, ms: it includes the proof of a new SSM agent. */
const INSTALL_WITHIN_MS = 700_000;
const COMMAND_MS = (INSTALL_STEP_S + 20) * 1000;
/** The router delivers its answer before it replaces the agent; a command through the earlier agent proves nothing. */
const AGENT_REPLACED_MS = 20_000;
const ASK_AGAIN_MS = 5_000;
/** How often an installation that was interrupted is begun again. */
const MOST_BEGINNINGS = 3;

async function untilEnded(router: ManagedRouter, ports: PushPorts): Promise<InstallAnswer> {
  const until = Math.min(ports.now() + INSTALL_WITHIN_MS, ports.endsAt - REST_MS);
  let last: InstallAnswer | undefined;
  for (let interrupted = 0; ; ) {
    const deadlineMs = Math.min(COMMAND_MS, until - ports.now());
    const act = async () =>
      installAnswerOf(await ports.installBundle(router, { Action: 'install', Attempt: ports.run }, deadlineMs));
    const answer = await ports.record.step(router.name, 'installs what is deployed', act, faultIn);
    last = answer.outcome === 'silent' ? afterSilence(answer, last) : answer;
    interrupted += answer.outcome === 'interrupted' ? 1 : 0;
    if (isEnd(last) || interrupted >= MOST_BEGINNINGS || ports.now() + ASK_AGAIN_MS >= until) return last;
    const isReplaced = answer.outcome !== 'silent' && answer.outcome !== 'begun';
    await ports.sleep(isReplaced ? AGENT_REPLACED_MS : ASK_AGAIN_MS);
  }
}

/** For the verification of BGP, and for the record. */
const REST_MS = 120_000;

/**
 * What a silence means after an earlier answer. A refusal of AWS proves that nothing was changed only if no command before it was
 * accepted; what is known of the programs stays known while the agent is silent.
 */
function afterSilence(silent: Silence, last: InstallAnswer | undefined): InstallAnswer {
  if (last === undefined) return silent;
  return 'agent' in last ? last : { outcome: 'silent', why: silent.why };
}

/** An answer after which the command is sent again, or a failure. */
function faultIn(answer: InstallAnswer): string | undefined {
  if (answer.outcome === 'silent') return answer.why;
  if ('says' in answer) return `${answer.outcome}: ${answer.says}`;
  if ('agent' in answer)
    return answer.agent.state === 'pending' ? 'its new SSM agent has not proven itself yet' : undefined;
  return answer.outcome === 'begun' ? 'it is still at work' : undefined;
}

function isEnd(answer: InstallAnswer): boolean {
  if ('agent' in answer) return answer.agent.state !== 'pending';
  if (answer.outcome === 'silent') return answer.neverRan === true;
  return answer.outcome === 'failed' || answer.outcome === 'busy';
}

function notInstalled(answer: InstallAnswer, programs: RouterPrograms): InstallEnd {
  const { name } = programs;
  switch (answer.outcome) {
    case 'busy':
      return {
        outcome: 'refused',
        reason: 'router-busy',
        says: `${name} keeps its programs: ${answer.says}.`,
        programs,
      };
    case 'failed':
      return {
        outcome: 'failed',
        reason: 'not-installed',
        says: `${name} keeps its programs: ${answer.says}.`,
        programs,
      };
    case 'silent':
      if (answer.neverRan === true) {
        const says = `${name} was not reached: ${answer.why}. It keeps its programs.`;
        return { outcome: 'refused', reason: 'silent', says, programs };
      }
      return unknown(answer.why, programs);
    case 'begun':
      return unknown('the installation is still under way', programs);
    case 'interrupted':
      return unknown(answer.says, programs);
    case 'shown':
    case 'installed':
    case 'unchanged':
      return unknown(`it answered ${answer.outcome}`, programs);
  }
}

function unknown(why: string, programs: RouterPrograms): InstallEnd {
  const { name } = programs;
  const says = `${name} did not say how its installation ended (${why}). It has either its old or its new programs; run router install again.`;
  return { outcome: 'unknown', reason: 'router-silent', says, programs };
}
