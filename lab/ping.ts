import { spawn } from 'node:child_process';
import { containsAddress, parseAddress, parseNetwork } from '#topology/networks.ts';
import { LabError } from './lab-error.ts';
import type { HostPlan, LabPlan, SitePlan } from './plan.ts';

/** Between two hosts of different sites. */
export interface Way {
  readonly namespace: string;
  readonly from: string;
  readonly to: string;
}

export interface PingResult {
  readonly sent: number;
  readonly received: number;
  /** Longest time without a reply, ms: between two replies, or from the last one to the end. */
  readonly longestGapMs: number;
  /** When each reply came, ms since the epoch. */
  readonly replies: readonly number[];
}

export interface RunningPing {
  /** When each reply came so far, ms since the epoch. */
  readonly replies: () => readonly number[];
  /** Stops it. */
  stop(): Promise<PingResult>;
}

/** From every host to the first one of every other site that its route table leads to. */
export function waysOf({ sites }: LabPlan): Way[] {
  return sites.flatMap((site) =>
    site.hosts.flatMap((host) =>
      sites
        .filter((other) => other !== site && leadsTo(host, hostOf(other)))
        .map((other) => ({ namespace: site.host, from: host.address, to: hostOf(other) })),
    ),
  );
}

/** Prefix lists hold the front subnets of all other sites. */
function leadsTo({ destinations }: HostPlan, to: string): boolean {
  const address = parseAddress(to);
  return destinations.some((destination) => {
    const network = parseNetwork(destination);
    if (network === undefined) return destination.startsWith('pl-');
    return address !== undefined && containsAddress(network, address);
  });
}

/** @throws LabError for unknown sites, or the same site twice */
export function wayBetween({ sites }: LabPlan, from: string | undefined, to: string | undefined): Way {
  const start = sites.find(({ site }, index) => (from === undefined ? index === 0 : site.name === from));
  const end = sites.find((each) => (to === undefined ? each !== start : each.site.name === to));
  if (start === undefined || end === undefined || start === end) {
    throw new LabError(
      `ping needs two different sites; the sites are ${sites.map(({ site }) => site.name).join(', ')}`,
    );
  }
  return { namespace: start.host, from: hostOf(start), to: hostOf(end) };
}

function hostOf({ hosts }: SitePlan): string {
  return hosts[0]?.address ?? '';
}

/** Sends echo requests until it is stopped, or for at most `forMs`. `everyMs`: at least 10. */
export function startPing(
  { namespace, from, to }: Way,
  { everyMs, forMs }: { everyMs: number; forMs: number },
): RunningPing {
  const args = ['-n', '-D', '-W', '1', '-I', from, '-i', String(everyMs / 1000), to];
  const child = spawn('ip', ['netns', 'exec', namespace, 'ping', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    // Not with ping's own deadline (-w), which also ends at the first network error.
    timeout: forMs,
    killSignal: 'SIGINT',
  });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    replies: () => repliesIn(output),
    async stop() {
      // ping's statistics have the number sent.
      child.kill('SIGINT');
      await ended;
      return resultOf(output, Date.now());
    },
  };
}

function resultOf(output: string, endedAt: number): PingResult {
  const [, sent = '0', received = '0'] = /(\d+) packets transmitted, (\d+) received/.exec(output) ?? [];
  const replies = repliesIn(output);
  const marks = [...replies, endedAt];
  const gaps = marks.map((at, index) => at - (marks[index - 1] ?? at));
  return { sent: Number(sent), received: Number(received), longestGapMs: Math.round(Math.max(0, ...gaps)), replies };
}

/** When each reply came, ms since the epoch. */
function repliesIn(output: string): number[] {
  return [...output.matchAll(/^\[(\d+\.\d+)\] \d+ bytes from/gm)].map(([, at]) => Number(at) * 1000);
}
