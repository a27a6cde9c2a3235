import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RouterPlan, SitePlan } from './plan.ts';
import { processesIn, signal } from './processes.ts';
import { runIn } from './run.ts';

/**
 * What is no failure, and may look like one to a detector. Each gives what ends it; whatever happens in between, that
 * must be called.
 */
export type EndDisturbance = () => Promise<void>;

/** Drops a percentage of the packets between a router and its VPC, in each direction. */
export async function losePackets({ vpc }: SitePlan, { port }: RouterPlan, percent: number): Promise<EndDisturbance> {
  // nftables refuses a comparison that is always true.
  const drop = percent < 100 ? `numgen random mod 100 < ${percent} drop` : 'drop';
  const input = `
table netdev lab-${port} {
  chain leaving { type filter hook ingress device "${port}" priority 0; ${drop}; }
  chain arriving { type filter hook egress device "${port}" priority 0; ${drop}; }
}
`;
  await runIn(vpc, 'nft', ['-f', '-'], { input });
  return async () => {
    await runIn(vpc, 'nft', ['delete', 'table', 'netdev', `lab-${port}`]);
  };
}

/** Stops programs of a router, but not its kernel; without names, all programs. */
export async function pausePrograms(
  { namespace }: Pick<RouterPlan, 'namespace'>,
  names?: readonly string[],
): Promise<EndDisturbance> {
  const paused = [...(await processesIn(namespace))]
    .filter(([name]) => names?.includes(name) ?? true)
    .flatMap(([, pids]) => pids);
  for (const pid of paused) signal(pid, 'SIGSTOP');
  return async () => {
    for (const pid of paused) signal(pid, 'SIGCONT');
  };
}

/**
 * A virtual machine that is not given its processors: nothing runs, and no packet is answered. Its port stays up: the
 * kernel may take a second to use one that went down and came back (linkwatch), and the freeze would last longer.
 *
 * The kernel ends it: a process that did would come some 50 ms late. Measured with a packet every 0.5 ms: 499 to 500 ms
 * without an answer for 500. The programs stop within some 20 ms after its beginning, and run again some 10 ms after its end.
 */
export async function freeze({ vpc }: SitePlan, router: RouterPlan, forMs: number): Promise<EndDisturbance> {
  const { port } = router;
  const input = `
table netdev frozen-${port} {
  set frozen { type ifname; flags timeout; elements = { "${port}" timeout ${forMs}ms }; }
  chain leaving { type filter hook ingress device "${port}" priority 0; iifname @frozen drop; }
  chain arriving { type filter hook egress device "${port}" priority 0; oifname @frozen drop; }
}
`;
  await runIn(vpc, 'nft', ['-f', '-'], { input });
  const over = sleep(forMs);
  const resume = await pausePrograms(router);
  const resumed = over.then(resume);
  return async () => {
    await resumed;
    await runIn(vpc, 'nft', ['delete', 'table', 'netdev', `frozen-${port}`]);
  };
}

/** Starts a number of programs that use all processors of the machine. */
export function starve(programs: number): EndDisturbance {
  const busy: ChildProcess[] = Array.from({ length: programs }, () =>
    spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }),
  );
  return async () => {
    for (const child of busy) child.kill('SIGKILL');
  };
}
