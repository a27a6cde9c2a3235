import { type Colour, logScaled, pictureSvg, text } from './svg.ts';

/** A chart with two logarithmic axes, as SVG. No more than docs/bench needs. */
export interface Chart {
  readonly title: string;
  /** Under the title: what must not be overlooked. */
  readonly subtitle: string;
  readonly x: Axis;
  readonly y: Axis;
  /** The legend has them in this order; later ones are drawn above earlier ones. */
  readonly series: readonly Series[];
  /** Smaller, at the bottom, one line each. */
  readonly notes: readonly string[];
}

export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

export interface Series {
  readonly label: string;
  readonly colour: Colour;
  readonly look: 'line' | 'dashed' | 'points';
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const WIDTH = 920;
const PLOT = { left: 70, right: 630, top: 100, bottom: 446 } as const;
const LEGEND_X = 656;
const LINE_HEIGHT = 18;

export function plotSvg(chart: Chart): string {
  return pictureSvg({
    title: chart.title,
    subtitle: chart.subtitle,
    width: WIDTH,
    height: PLOT.bottom + 64 + chart.notes.length * LINE_HEIGHT,
    style: STYLE,
    content: [
      ...grid(chart),
      ...chart.series.flatMap((series) => drawn(series, chart)),
      ...chart.series.flatMap(legend),
      ...chart.notes.map((note, index) => text(24, PLOT.bottom + 66 + index * LINE_HEIGHT, note, 'quiet')),
    ],
  });
}

const STYLE = [
  'polyline,.hollow{fill:none!important;stroke-width:2.5;stroke-linejoin:round}',
  '.dashed{stroke-dasharray:6 5;stroke-width:1.5}.hollow{stroke-width:2}',
].join('');

function grid({ x, y }: Chart): string[] {
  const { left, right, top, bottom } = PLOT;
  return [
    ...x.ticks.flatMap((tick) => [
      `<line class="grid" x1="${across(tick, x)}" x2="${across(tick, x)}" y1="${top}" y2="${bottom}"/>`,
      text(across(tick, x), bottom + 18, String(tick), 'tick', 'middle'),
    ]),
    ...y.ticks.flatMap((tick) => [
      `<line class="grid" x1="${left}" x2="${right}" y1="${up(tick, y)}" y2="${up(tick, y)}"/>`,
      text(left - 8, up(tick, y) + 4, String(tick), 'tick', 'end'),
    ]),
    text((left + right) / 2, bottom + 38, x.label, 'quiet', 'middle'),
    text(24, top - 18, y.label, 'quiet'),
  ];
}

function drawn({ colour, look, points }: Series, { x, y }: Chart): string[] {
  const places = points.map((point) => [across(point.x, x), up(point.y, y)] as const);
  const line = `<polyline class="${colour} ${look}" points="${places.map((place) => place.join(',')).join(' ')}"/>`;
  const marks = places.map(([cx, cy]) => mark(cx, cy, colour, look));
  return [...(look === 'points' ? [] : [line]), ...(look === 'dashed' ? [] : marks)];
}

function mark(x: number, y: number, colour: Colour, look: Series['look']): string {
  return look === 'points'
    ? `<path class="${colour} hollow" d="M${x} ${y - 8}l8 8l-8 8l-8 -8z"/>`
    : `<circle class="${colour}" cx="${x}" cy="${y}" r="4"/>`;
}

function legend({ label, colour, look }: Series, index: number): string[] {
  const y = PLOT.top + 12 + index * (LINE_HEIGHT + 8);
  const line = `<polyline class="${colour} ${look}" points="${LEGEND_X},${y} ${LEGEND_X + 28},${y}"/>`;
  return [
    ...(look === 'points' ? [] : [line]),
    ...(look === 'dashed' ? [] : [mark(LEGEND_X + 14, y, colour, look)]),
    text(LEGEND_X + 38, y + 4, label, ''),
  ];
}

function across(value: number, axis: Axis): number {
  return logScaled(value, axis, PLOT.left, PLOT.right);
}

function up(value: number, axis: Axis): number {
  return logScaled(value, axis, PLOT.bottom, PLOT.top);
}
