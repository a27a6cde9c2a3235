import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topology } from '#topology/topology.ts';
import type { DemoOptions } from './options.ts';
import type { Pings } from './pings.ts';
import type { Play } from './play.ts';
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

/**
 * Deploys the topology twice, ours with its stacks and the original with its jump host, breaks the active router of
 * both at the same moment, and watches until traffic is back in both.
 *
 * @param tell progress for a person, one line each
 * @throws Error if traffic does not come back
 */
export async function rehearse(
  topology: Topology,
  options: DemoOptions,
  tell: (line: string) => void,
): Promise<Rehearsal> {
  const scene = sceneOf(topology);
  const serf = options.speed === 1 && serfIsInstalled() ? 'real' : 'stand-in';
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-demo-'));
  const undo: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  try {
    tell(`synthesizing ${topology.sites.length} stacks`);
    const assembly = await synthesize(options.topology);
    undo.push(() => rmSync(assembly, { recursive: true, force: true }));
    tell(`starting them in an emulated AWS, and the design of 2014 beside it (serf: ${serf})`);
    const ours = await playOurs(scene, { ...options, assembly, directory, serf });
    undo.push(() => ours.close());
    const original = await playOriginal(scene, { ...options, directory, serf });
    undo.push(() => original.close());
    tell(
      `both answer pings; breaking the ${options.fail === 'router' ? 'router' : 'uplink of'} ${scene.victim.name} in both`,
    );
    const timeline = await breakBoth(scene, ours, original, options);
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
  { fail, speed }: DemoOptions,
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
      trafficBack(ours.pings, 'ours').then(() => ours.afterwards()),
      trafficBack(original.pings, 'original').then(() => original.afterwards()),
    ]);
  } catch (error) {
    ours.tell(timeline);
    const story = timeline.entries.map(({ atMs, design, what, says }) => `  +${atMs} ms  ${design}: ${what}: ${says}`);
    throw new Error([(error as Error).message, ...story].join('\n'), { cause: error });
  }
  await sleep(STAYS_MS);
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

async function trafficBack(pings: Pings, design: string): Promise<void> {
  const began = performance.now();
  await sleep(AT_LEAST_MS);
  while (!pings.answered || pings.lost === 0) {
    if (performance.now() - began > BACK_WITHIN_MS) {
      throw new Error(`${design}: the traffic did not come back within ${BACK_WITHIN_MS / 1000} s`);
    }
    await sleep(10);
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
