import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topology } from '#topology/topology.ts';
import type { DemoOptions } from './options.ts';
import type { Pings } from './pings.ts';
import type { Play, Stage } from './play.ts';
import { playOriginal } from './play-original.ts';
import { playOurs } from './play-ours.ts';
import { type Scene, sceneOf } from './scene.ts';
import { serfIsInstalled } from './serf.ts';
import { synthesize } from './synth.ts';
import { type Entry, Timeline } from './timeline.ts';

/** What a rehearsal measured. */
export interface Rehearsal {
  readonly scene: Scene;
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
/** An outage that has not begun yet is no end of it: nothing is over before this. */
const AT_LEAST_MS = 200;
/** Pings go on for so long after they came back, to see that it stays so. */
const STAYS_MS = 600;

/** How `rehearse` speaks and stops. */
export interface Conductor {
  /** Progress for a person, one line each. */
  readonly tell: (line: string) => void;
  /** Ends it early; all that it started is ended all the same. */
  readonly signal: AbortSignal;
}

/**
 * Deploys the topology twice, ours with its stacks and the original with its jump host, breaks the active router of
 * both at the same moment, and watches until traffic is back in both.
 *
 * @throws Error if traffic does not come back, or the signal's reason
 */
export async function rehearse(
  topology: Topology,
  options: DemoOptions,
  { tell, signal }: Conductor,
): Promise<Rehearsal> {
  const scene = sceneOf(topology);
  const serf = options.speed === 1 && serfIsInstalled() ? 'real' : 'stand-in';
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-demo-'));
  const undo: (() => unknown)[] = [() => removeAll(directory)];
  const onClose = (step: () => unknown) => void undo.push(step);
  try {
    tell(`synthesizing ${topology.sites.length} stacks`);
    const assembly = await synthesize(options.topology, signal);
    onClose(() => removeAll(assembly));
    tell(`starting them in an emulated AWS, and the design of 2014 beside it (serf: ${serf})`);
    const stage: Stage = { ...options, directory, serf, signal, onClose };
    const ours = await playOurs(scene, { ...stage, assembly });
    signal.throwIfAborted();
    const original = await playOriginal(scene, stage);
    signal.throwIfAborted();
    tell(
      `both answer pings; breaking the ${options.fail === 'router' ? 'router' : 'uplink of'} ${scene.victim.name} in both`,
    );
    const timeline = await breakBoth(scene, ours, original, { ...options, signal });
    return {
      scene,
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
  scene: Scene,
  ours: Play,
  original: Play,
  { fail, speed, signal }: DemoOptions & Pick<Conductor, 'signal'>,
): Promise<readonly Entry[]> {
  if (!ours.pings.answered || !original.pings.answered)
    throw new Error('The pings get no answer even before the failure.');
  const failedAt = Date.now();
  const timeline = new Timeline(failedAt, speed);
  const what = fail === 'router' ? `${scene.victim.name} dies` : `${scene.victim.name} loses its uplink`;
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
    ours.tell(timeline);
    const story = timeline.entries.map(({ atMs, design, what, says }) => `  +${atMs} ms  ${design}: ${what}: ${says}`);
    throw new Error([(error as Error).message, ...story].join('\n'), { cause: error });
  }
  await sleep(STAYS_MS, undefined, { signal });
  for (const [design, play] of [
    ['ours', ours],
    ['original', original],
  ] as const) {
    timeline.add(
      play.pings.outage.to,
      design,
      'ping back',
      `the first reply after ${seconds(outage(play.pings, { speed }))}`,
    );
    play.tell(timeline);
  }
  return timeline.entries;
}

async function trafficBack(play: Play, design: string, signal: AbortSignal): Promise<void> {
  const { pings } = play;
  const began = performance.now();
  await sleep(AT_LEAST_MS, undefined, { signal });
  while (!pings.answered || pings.lost === 0) {
    const broken = play.fault();
    if (broken !== undefined) throw new Error(`${design}: ${broken.message}`, { cause: broken });
    if (performance.now() - began > BACK_WITHIN_MS) {
      throw new Error(`${design}: the traffic did not come back within ${BACK_WITHIN_MS / 1000} s`);
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
