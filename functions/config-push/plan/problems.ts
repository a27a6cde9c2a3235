import { packedLines } from '#aws/packed-lines.ts';
import { agentFault, type SsmAgent } from '#aws/ssm-agent.ts';
import { utcTime } from '#failover/utc-time.ts';
import { someOf } from '#topology/some-of.ts';
import type { VyosVersion } from '#topology/topology.ts';
import type { Drift } from '#vyos/diff.ts';
import type { VyosRelease } from '#vyos/versions/release.ts';
import { FUNCTION_TIMEOUT_MS, planMs, type StepSize, stepMs } from '../limits/time-budget.ts';
import type { PushPorts } from '../ports.ts';
import { packPush } from '../router/push-file.ts';
import type { RunningConfig } from '../router/running-config.ts';
import type { PlanProblem, RouterPlan } from './router-plan.ts';

/** The SSM agent answers, and could not run a push. */
export function agentProblem(name: string, agent: SsmAgent | undefined): PlanProblem | undefined {
  const fault = agent?.kind === 'online' ? agentFault(agent) : undefined;
  return fault === undefined ? undefined : { reason: 'old-agent', says: `${name}: ${fault}` };
}

/** The running release is unknown, so its commands are too. */
export function versionProblem(name: string, { version }: Pick<RunningConfig, 'version'>): PlanProblem {
  const says =
    version === ''
      ? `the VyOS release of ${name} could not be read (its version.json names none), so its commands are unknown; check with show version on the router, and repair its image`
      : `${name} runs VyOS ${JSON.stringify(version)}, which is not supported: push supports 1.3, 1.4, 1.5 and rolling releases since 17 January 2024; boot one of these on it`;
  return { reason: 'version', says };
}

/** The running release decides the commands; the topology only states the expected one. */
export function versionNote({ branch, name: release }: VyosRelease, expected: VyosVersion): string | undefined {
  if (branch === expected) return undefined;
  return `it runs VyOS ${release}, and the topology says ${expected}: the commands are those of ${branch}; correct vyos in the topology`;
}

/** A push that has not ended on the router: no other one begins on top of it. */
export function pendingProblem(
  name: string,
  { pending, revertsAt }: Pick<RouterPlan, 'pending' | 'revertsAt'>,
): PlanProblem | undefined {
  if (pending === undefined) return undefined;
  if (pending.state === 'broken') {
    const says = `${name} could not restore its old configuration, and keeps trying; if that does not end, see docs/runbook.md, "A router that is broken"`;
    return { reason: 'router-broken', says };
  }
  if (revertsAt === undefined) {
    return {
      reason: 'pending',
      says: `${name} is ${pending.state} push ${pending.id}; push again when that has ended`,
    };
  }
  const by = utcTime(revertsAt);
  return {
    reason: 'pending',
    says: `${name} runs an unconfirmed configuration, and runs its old one again by ${by}; push again then`,
  };
}

/** @param isFirst nothing was ever pushed to the router: an operator uses names that the topology needs */
export function driftProblem(name: string, { added, removed }: Drift, isFirst: boolean): PlanProblem | undefined {
  const count = added.length + removed.length;
  if (count === 0) return undefined;
  const what = count === 1 ? 'a change that no push made' : `${count} changes that no push made`;
  if (isFirst) {
    const says =
      `${name} has ${what}, under names that the topology needs (${nodesIn(added)}); give them other names on the router, or ` +
      'its tunnels other numbers (firstTunnel), or overwrite them with --override drift';
    return { reason: 'drift', says };
  }
  return {
    reason: 'drift',
    says: `${name} has ${what}; add ${count === 1 ? 'it' : 'them'} to the topology, or overwrite them with --override drift`,
  };
}

/** `interfaces tunnel tun0`, …: what the operator searches for. */
function nodesIn(lines: readonly string[]): string {
  return someOf([...new Set(lines.map((line) => line.split(' ').slice(1, 4).join(' ')))]);
}

/** DynamoDB limits an item to 400 KB; the rest of the journal is small. */
const LONGEST_PACKED_LINES = 300_000;

/** A push that exceeds the limits of SSM or DynamoDB. */
export function sizeProblem({
  name,
  commands,
  desired,
  reading,
}: Pick<RouterPlan, 'name' | 'commands' | 'desired' | 'reading'>): PlanProblem | undefined {
  if (commands.length === 0) return undefined;
  if (packPush(commands, reading?.ours ?? [], reading?.running ?? [], { id: '', notAfter: 0 }) === undefined) {
    const says = `${name} would get ${commands.length} commands, which do not fit into one SSM command; ${IN_PARTS}`;
    return { reason: 'too-large', says };
  }
  if (packedLines(desired).length <= LONGEST_PACKED_LINES) return undefined;
  return {
    reason: 'too-large',
    says: `the configuration of ${name} exceeds DynamoDB's limit of 400 KB for an item; give it fewer tunnels`,
  };
}

/** @param leftMs what is left of the function's time; default: the time that a push has after its plan */
export function timeProblem(
  { name, commands }: Pick<RouterPlan, 'name' | 'commands'>,
  size: StepSize,
  ports: PushPorts,
  leftMs?: number,
): PlanProblem | undefined {
  const needed = stepMs(size, ports);
  const most = FUNCTION_TIMEOUT_MS - planMs(ports);
  const left = needed > most ? most : (leftMs ?? most);
  if (needed <= left || (commands.length === 0 && leftMs === undefined)) return undefined;
  const next = needed > most ? IN_PARTS : 'push again';
  const says = `${name} would get ${commands.length} commands and may need ${seconds(needed)}, and config-push has ${seconds(left)}; ${next}`;
  return { reason: 'too-long', says };
}

const IN_PARTS = 'push a topology with some of the tunnels first, and then the whole one';

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
