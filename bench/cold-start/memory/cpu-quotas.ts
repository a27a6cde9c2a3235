import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Processes limited to a share of a CPU, each by a control group of its own. */
export interface CpuQuotas {
  /** @param share of one CPU; 2: two CPUs */
  limit(pid: number, share: number): void;
  /** Removes the control groups, whose processes have ended. */
  remove(): void;
}

/** How a version of control groups states a quota. */
interface Hierarchy {
  readonly directory: string;
  readonly write: (group: string, quotaUs: number) => void;
}

/** Lambda's own period is not documented. @see https://docs.kernel.org/scheduler/sched-bwc.html */
export const PERIOD_MS = 20;
const PERIOD_US = PERIOD_MS * 1000;

/** @returns a sentence where this machine has none: it needs Linux, root and the controller `cpu` */
export function cpuQuotas(): CpuQuotas | string {
  const hierarchy = version2('/sys/fs/cgroup') ?? version1('/sys/fs/cgroup/cpu');
  if (hierarchy === undefined)
    return 'This machine has no control groups with the controller cpu that this user may write.';
  const groups: string[] = [];
  return {
    limit(pid, share) {
      const group = join(hierarchy.directory, `vyos-failover-bench-${process.pid}-${pid}`);
      mkdirSync(group);
      groups.push(group);
      hierarchy.write(group, Math.round(share * PERIOD_US));
      writeFileSync(join(group, 'cgroup.procs'), String(pid));
    },
    remove() {
      for (const group of groups.splice(0)) rmdirSync(group);
    },
  };
}

function version2(directory: string): Hierarchy | undefined {
  const controllers = join(directory, 'cgroup.controllers');
  if (!existsSync(controllers) || !readFileSync(controllers, 'utf8').split(/\s/).includes('cpu')) return undefined;
  if (!isWritable(directory)) return undefined;
  writeFileSync(join(directory, 'cgroup.subtree_control'), '+cpu');
  return { directory, write: (group, quotaUs) => writeFileSync(join(group, 'cpu.max'), `${quotaUs} ${PERIOD_US}`) };
}

function version1(directory: string): Hierarchy | undefined {
  if (!existsSync(join(directory, 'cpu.shares')) || !isWritable(directory)) return undefined;
  return {
    directory,
    write: (group, quotaUs) => {
      writeFileSync(join(group, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(join(group, 'cpu.cfs_quota_us'), String(quotaUs));
    },
  };
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
