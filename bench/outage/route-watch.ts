import { spawn } from 'node:child_process';
import type { RouterPlan } from '#lab/plan.ts';

/** A kernel's own account of how its route to one destination changed. */
export interface RouteWatch {
  /** The first change after a time; undefined: none yet. Both ms since the epoch. */
  readonly changedAfter: (since: number) => number | undefined;
  stop(): void;
}

/** `[2026-11-25T22:08:32.084254] 10.2.0.0/20 nhid 20 via …`, or with `Deleted` before the destination. */
const LINE = /^\[(\S+)\] (?:Deleted )?(\S+) /;

export function watchRoute({ namespace }: RouterPlan, destination: string): RouteWatch {
  const child = spawn('ip', ['-n', namespace, '-ts', '-o', 'monitor', 'route'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, TZ: 'UTC' },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    changedAfter: (since) => changesIn(output, destination).find((at) => at >= since),
    stop: () => void child.kill(),
  };
}

function changesIn(output: string, destination: string): number[] {
  return output.split('\n').flatMap((line) => {
    const [, at = '', to] = LINE.exec(line) ?? [];
    return to === destination ? [Date.parse(`${at}Z`)] : [];
  });
}
