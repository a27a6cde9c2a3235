import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JumpHost } from '#demo/original-way.ts';
import { scenarioOf } from '#demo/scenario.ts';
import { Timeline } from '#demo/timeline.ts';
import { RaisedLab } from '#lab/raised-lab.ts';
import { relay } from '#lab/relay.ts';
import { LABS } from '#lab/state.ts';
import type { SiteDetector } from '#topology/topology.ts';
import { removeOnSignal } from './remove-on-signal.ts';

export type WayName = 'ours' | 'original';

/** A design, raised in a lab of its own. */
export interface Way {
  readonly name: WayName;
  readonly lab: RaisedLab;
  /** When the first report after a time arrived, ms since the epoch; undefined: none did. */
  readonly detectedElsewhere: (since: number) => number | undefined;
  close(): Promise<void>;
}

/** Trials follow each other faster than real failures: no hold-down, no limit of swaps. */
const PATIENT_POLICY = 'policy: { holdDown: 0s, maxSwapsPerHour: 60 }';

/** Of detection, as the topology has them. Default: the topology's defaults. */
export interface DetectionSettings {
  readonly bfd: { readonly intervalMs: number; readonly multiplier: number };
  readonly confirmMs: number;
}

interface OurSettings {
  readonly detection?: DetectionSettings;
  /** In place of the example's. */
  readonly detectors?: readonly SiteDetector[] | undefined;
}

/** Profile `fast`, and the synthesized stacks. */
export async function raiseOurs(
  name: string,
  encrypted: boolean,
  showProgress: (line: string) => void,
  { detection, detectors }: OurSettings = {},
): Promise<Way> {
  removeOnSignal(name);
  const example = readFileSync('examples/tokyo-virginia.yaml', 'utf8')
    .replaceAll(/policy: \{.*\}/g, PATIENT_POLICY)
    .replaceAll(/detectors: \[.*\]/g, (theirs) =>
      detectors === undefined ? theirs : `detectors: [${detectors.join(', ')}]`,
    );
  const text = withDetection(example, detection);
  const lab = await withTopology(text, (file) => RaisedLab.raise({ name, encrypted }, file, showProgress));
  return { name: 'ours', lab, detectedElsewhere: () => undefined, close: () => lab.down() };
}

/**
 * The article of 2014: its timers for BGP and Serf, the handler on the standby alone, a hop as long as a login by SSH, and
 * DeleteRoute, then CreateRoute.
 */
export async function raiseOriginal(
  name: string,
  encrypted: boolean,
  showProgress: (line: string) => void,
): Promise<Way> {
  removeOnSignal(name);
  const socket = join(LABS, name, 'jump-host.sock');
  const standbyHandler = `curl -sS -o /dev/null --unix-socket ${socket} -X POST http://jump-host/change_eni`;
  const text = readFileSync('examples/original-2014.yaml', 'utf8')
    .replace('vyos: "1.1"', 'vyos: "1.4"')
    .replaceAll(/^( {4}routeTables:.*)$/gm, `$1\n    ${PATIENT_POLICY}`);
  const lab = await withTopology(text, (file) =>
    RaisedLab.raise({ name, encrypted, standbyHandler }, file, showProgress),
  );
  const story = new Timeline(0, 1);
  const jumpHost = await JumpHost.start(scenarioOf(lab.plan.topology), lab.emulator, 1, () => story);
  const close = await relay(socket, jumpHost.url);
  return {
    name: 'original',
    lab,
    detectedElsewhere: (since) => story.entries.find(({ what, atMs }) => what === 'detected' && atMs >= since)?.atMs,
    async close() {
      close();
      jumpHost.close();
      await lab.down();
    },
  };
}

function withDetection(text: string, detection: DetectionSettings | undefined): string {
  if (detection === undefined) return text;
  const { bfd, confirmMs } = detection;
  return text
    .replace('profile: fast', `profile: fast\nbfd: { interval: ${bfd.intervalMs}ms, multiplier: ${bfd.multiplier} }`)
    .replaceAll(/^( {4})(policy: )/gm, `$1confirm: ${confirmMs}ms\n$1$2`);
}

async function withTopology<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-bench-'));
  try {
    const file = join(directory, 'topology.yaml');
    writeFileSync(file, text);
    return await use(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
