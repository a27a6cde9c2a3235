import { type Colour, pictureSvg, pixels, text } from '#bench/svg.ts';
import type { OutageExample } from './report.ts';

const PLOT = { left: 150, right: 880, top: 96 };
const LANE = 44;
const CALL = 15;
const BEFORE_MS = 200;
/** Time shown after traffic is back. */
const AFTER_MS = 250;

/** One failover as it went: replies, what daemons and our programs did, every call to AWS. */
export function pictureOf(example: OutageExample): string {
  const { trial, replies, calls } = example;
  const until = (replies.find((at) => at > (trial.outageMs ?? 0) - 100 && at > 0) ?? 1_000) + AFTER_MS;
  const across = (ms: number) =>
    pixels(PLOT.left + ((ms + BEFORE_MS) / (until + BEFORE_MS)) * (PLOT.right - PLOT.left));
  const shown = calls.filter(({ from, name }) => from < until && from >= 0 && !BACKGROUND.test(name));
  const callsTop = PLOT.top + 3 * LANE;
  const bottom = callsTop + shown.length * CALL + 16;
  return pictureSvg({
    title: 'One failover',
    subtitle: `The active router fails at 0. The trial whose outage is the median: ${((trial.outageMs ?? 0) / 1000).toFixed(2)} s.`,
    width: 920,
    height: bottom + 50,
    style:
      '.mark{stroke-width:2}.reply{stroke-width:1}.bar{stroke:none;fill-opacity:.75}.gap{fill-opacity:.12;stroke:none}',
    content: [
      ...ticks(until, bottom, across),
      ...packets(replies, until, PLOT.top + LANE / 2, across),
      ...marks(PLOT.top + LANE + LANE / 2, 'routing', ROUTING, example, across),
      ...marks(PLOT.top + 2 * LANE + LANE / 2, 'survivor', SURVIVOR, example, across),
      text(24, callsTop + 12, 'calls to AWS', ''),
      ...shown.flatMap(({ name, from, to }, index) => {
        const y = callsTop + index * CALL;
        const colour: Colour = name === 'ReplaceRoute' ? 'blue' : 'grey';
        return [
          `<rect class="${colour} bar" x="${across(from)}" y="${y + 3}" width="${pixels(Math.max(2, across(Math.min(to, until)) - across(from)))}" height="${CALL - 5}"/>`,
          text(across(from) - 6, y + 12, name, 'tick', 'end'),
        ];
      }),
    ],
  });
}

/** The probe's and the emulator's own, which have no part in a failover. */
const BACKGROUND = /^(SendCommand|GetCommandInvocation|ListCommandInvocations|Publish|PutMetricData)$/;

interface Mark {
  readonly measure: 'nearMs' | 'farMs' | 'detectedMs' | 'reportedMs';
  readonly says: string;
}

const ROUTING: readonly Mark[] = [
  { measure: 'nearMs', says: 'pair' },
  { measure: 'farMs', says: 'far side' },
];
const SURVIVOR: readonly Mark[] = [
  { measure: 'detectedMs', says: 'BFD down' },
  { measure: 'reportedMs', says: 'no answer, reporting' },
];

/** The words of the first one stand before it, so that two at almost the same time can be read. */
function marks(
  y: number,
  label: string,
  which: readonly Mark[],
  { trial }: OutageExample,
  across: (ms: number) => number,
): string[] {
  const all = which
    .flatMap(({ measure, says }) => (trial[measure] === null ? [] : [{ at: trial[measure], says }]))
    .toSorted((one, other) => one.at - other.at);
  return [
    text(24, y + 4, label, ''),
    ...all.flatMap(({ at, says }, index) => {
      const x = across(at);
      const words = `${says} ${(at / 1000).toFixed(2)} s`;
      return [
        `<line class="green mark" x1="${x}" x2="${x}" y1="${y - 8}" y2="${y + 8}"/>`,
        index === 0 ? text(x - 6, y + 4, words, 'tick', 'end') : text(x + 6, y + 4, words, 'tick'),
      ];
    }),
  ];
}

function packets(replies: readonly number[], until: number, y: number, across: (ms: number) => number): string[] {
  const shown = replies.filter((at) => at >= -BEFORE_MS && at <= until);
  const gap = shown
    .map((at, index) => ({ from: shown[index - 1] ?? at, to: at }))
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  return [
    text(24, y + 4, 'replies to pings', ''),
    ...shown.map(
      (at) => `<line class="blue reply" x1="${across(at)}" x2="${across(at)}" y1="${y - 9}" y2="${y + 9}"/>`,
    ),
    ...(gap === undefined
      ? []
      : [
          `<rect class="orange gap" x="${across(gap.from)}" y="${y - 9}" width="${pixels(across(gap.to) - across(gap.from))}" height="18"/>`,
          text(
            (across(gap.from) + across(gap.to)) / 2,
            y + 4,
            `${((gap.to - gap.from) / 1000).toFixed(2)} s`,
            '',
            'middle',
          ),
        ]),
  ];
}

function ticks(until: number, bottom: number, across: (ms: number) => number): string[] {
  const step = until > 4_000 ? 1_000 : 200;
  const all = Array.from({ length: Math.floor(until / step) + 1 }, (_, index) => index * step);
  return [
    ...all.flatMap((ms) => [
      `<line class="grid" x1="${across(ms)}" x2="${across(ms)}" y1="${PLOT.top}" y2="${bottom}"/>`,
      text(across(ms), bottom + 18, (ms / 1000).toFixed(1), 'tick', 'middle'),
    ]),
    text((PLOT.left + PLOT.right) / 2, bottom + 38, 'seconds after the failure', 'quiet', 'middle'),
  ];
}
