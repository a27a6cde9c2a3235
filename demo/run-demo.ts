import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topology } from '#topology/topology.ts';
import type { DemoOptions } from './options.ts';
import type { Pings } from './pings.ts';
import { runOriginal } from './run-original.ts';
import { runOurs } from './run-ours.ts';
import type { RunContext, RunningDesign } from './running-design.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { serfIsInstalled } from './serf.ts';
import { synthesize } from './synth.ts';
import { type Entry, Timeline } from './timeline.ts';

/** The measurements of the demo. */
export interface DemoResult {
  readonly scenario: Scenario;
  readonly serf: 'real' | 'stand-in';
  /** Longest time without a reply, ms. */
  readonly outageMs: Both<number>;
  readonly pings: Both<{ readonly sent: number; readonly lost: number }>;
  /** Router that the routes point at in the end. */
  readonly owner: Both<string | undefined>;
  readonly timeline: readonly Entry[];
}

type Both<T> = { readonly ours: T; readonly original: T };

/** Long enough for BGP's 12 s hold time, Serf's 8 s and what follows them. */
const BACK_WITHIN_MS = 25_000;
/** The outage starts some time after the failure: pings count as back no sooner than this. */
const AT_LEAST_MS = 200;
/** Pings continue after traffic is back, to verify that it stays. */
const STAYS_MS = 600;

/** Progress and interruption of a run. */
export interface RunControl {
  /** Shows a line of progress. */
  readonly showProgress: (line: string) => void;
  /** Ends the run early; everything that it started is ended. */
  readonly signal: AbortSignal;
}

/**
 * Deploys the topology twice, ours with its stacks and the original with its jump host, breaks the active router of
 * both at the same moment, and watches until traffic is back in both.
 *
 * @throws Error if traffic does not come back, or the signal's reason
 */
export async function runDemo(
  topology: Topology,
  options: DemoOptions,
  { showProgress, signal }: RunControl,
): Promise<DemoResult> {
  const scenario = scenarioOf(topology);
  const serf = options.speed === 1 && serfIsInstalled() ? 'real' : 'stand-in';
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-demo-'));
  const undo: (() => unknown)[] = [() => removeAll(directory)];
  const onClose = (step: () => unknown) => void undo.push(step);
  try {
    showProgress(`synthesizing ${topology.sites.length} stacks`);
    const assembly = await synthesize(options.topology, signal);
    onClose(() => removeAll(assembly));
    showProgress(`starting them in an emulated AWS, and the design of 2014 beside it (serf: ${serf})`);
    const context: RunContext = { ...options, directory, serf, signal, onClose };
    const ours = await runOurs(scenario, { ...context, assembly });
    signal.throwIfAborted();
    const original = await runOriginal(scenario, context);
    signal.throwIfAborted();
    showProgress(
      `both answer pings; breaking the ${options.fail === 'router' ? 'router' : 'uplink of'} ${scenario.active.name} in both`,
    );
    const timeline = await breakBoth(scenario, ours, original, { ...options, signal });
    return {
      scenario,
      serf,
      outageMs: { ours: outage(ours.pings, options), original: outage(original.pings, options) },
      pings: { ours: counts(ours.pings), original: counts(original.pings) },
      owner: { ours: ours.owner(), original: original.owner() },
      timeline,
    };
  } finally {
    for (const act of undo.toReversed()) await act();
  }
}

async function breakBoth(
  scenario: Scenario,
  ours: RunningDesign,
  original: RunningDesign,
  { fail, speed, signal }: DemoOptions & Pick<RunControl, 'signal'>,
): Promise<readonly Entry[]> {
  if (!ours.pings.answered || !original.pings.answered) throw new Error('The pings have no answer before the failure.');
  const failedAt = Date.now();
  const timeline = new Timeline(failedAt, speed);
  const what = fail === 'router' ? `${scenario.active.name} fails` : `${scenario.active.name} loses its uplink`;
  for (const design of ['ours', 'original'] as const) timeline.add(failedAt, design, 'failed', what);
  ours.fail(timeline);
  original.fail(timeline);
  try {
    await Promise.all([
      trafficBack(ours, 'ours', signal).then(() => ours.afterwards()),
      trafficBack(original, 'original', signal).then(() => original.afterwards()),
    ]);
  } catch (error) {
    signal.throwIfAborted();
    ours.recordTimeline(timeline);
    const story = timeline.entries.map(({ atMs, design, what, says }) => `  +${atMs} ms  ${design}: ${what}: ${says}`);
    throw new Error([(error as Error).message, ...story].join('\n'), { cause: error });
  }
  await sleep(STAYS_MS, undefined, { signal });
  for (const [name, design] of [
    ['ours', ours],
    ['original', original],
  ] as const) {
    timeline.add(
      design.pings.outage.to,
      name,
      'ping back',
      `the first reply after ${seconds(outage(design.pings, { speed }))}`,
    );
    design.recordTimeline(timeline);
  }
  return timeline.entries;
}

async function trafficBack(design: RunningDesign, name: string, signal: AbortSignal): Promise<void> {
  const { pings } = design;
  const began = performance.now();
  await sleep(AT_LEAST_MS, undefined, { signal });
  while (!pings.answered || pings.lost === 0) {
    const broken = design.fault();
    if (broken !== undefined) throw new Error(`${name}: ${broken.message}`, { cause: broken });
    if (performance.now() - began > BACK_WITHIN_MS) {
      throw new Error(`${name}: the traffic did not come back within ${BACK_WITHIN_MS / 1000} s`);
    }
    await sleep(10, undefined, { signal });
  }
}

function outage({ outage: { from, to } }: Pings, { speed }: Pick<DemoOptions, 'speed'>): number {
  return Math.round((to - from) * speed);
}

function counts({ sent, lost }: Pings) {
  return { sent, lost };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function removeAll(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
