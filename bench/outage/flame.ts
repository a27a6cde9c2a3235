import { type Colour, pictureSvg, pixels, text } from '#bench/svg.ts';
import { PARTS, type Part, type Span } from './spans.ts';

/** What the picture shows of one failover. */
export interface Flame {
  readonly title: string;
  readonly subtitle: string;
  /** The last route has moved, ms after the failure. */
  readonly movedMs: number;
  readonly spans: readonly Span[];
}

const COLOURS: Readonly<Record<Part, Colour>> = { router: 'green', network: 'orange', function: 'grey', AWS: 'blue' };
const PLOT = { left: 320, right: 860, top: 84 };
const ROW = 17;
const BETWEEN_PARTS = 14;
const STEPS_MS = [50, 100, 200, 500, 1_000, 2_000];

/** Every span as a bar in a row of its own, by part, on one time axis. */
export function flameOf({ title, subtitle, movedMs, spans }: Flame): string {
  const across = (ms: number) => pixels(PLOT.left + (ms / movedMs) * (PLOT.right - PLOT.left));
  const parts = PARTS.map((part) => ({ part, rows: spans.filter((span) => span.part === part) })).filter(
    ({ rows }) => rows.length > 0,
  );
  let y: number = PLOT.top;
  const drawn = parts.flatMap(({ part, rows }) => {
    const top = y;
    y += rows.length * ROW + BETWEEN_PARTS;
    return [text(24, top + 13, part, ''), ...rows.flatMap((span, index) => bar(span, top + index * ROW, across))];
  });
  return pictureSvg({
    title,
    subtitle,
    width: 920,
    height: y + 46,
    style: '.bar{stroke:none;fill-opacity:.75}',
    content: [...ticks(movedMs, y, across), ...drawn],
  });
}

function bar({ part, name, from, to }: Span, y: number, across: (ms: number) => number): string[] {
  const width = pixels(Math.max(1, across(to) - across(from)));
  return [
    text(PLOT.left - 10, y + 12, name, 'tick', 'end'),
    `<rect class="${COLOURS[part]} bar" x="${across(from)}" y="${y + 3}" width="${width}" height="${ROW - 5}"/>`,
    text(across(to) + 4, y + 12, `${to - from} ms`, 'tick'),
  ];
}

function ticks(movedMs: number, bottom: number, across: (ms: number) => number): string[] {
  const step = STEPS_MS.find((each) => movedMs / each <= 12) ?? 5_000;
  const all = Array.from({ length: Math.floor(movedMs / step) + 1 }, (_, index) => index * step);
  return [
    ...all.flatMap((ms) => [
      `<line class="grid" x1="${across(ms)}" x2="${across(ms)}" y1="${PLOT.top}" y2="${bottom}"/>`,
      text(across(ms), bottom + 16, String(ms), 'tick', 'middle'),
    ]),
    text((PLOT.left + PLOT.right) / 2, bottom + 36, 'milliseconds after the failure', 'quiet', 'middle'),
  ];
}
