import { escaped, pictureSvg, pixels, text } from '#bench/svg.ts';
import type { DashboardBody, Widget } from '#emulator/cloudwatch/dashboard-body.ts';
import type { Emulator } from '#emulator/emulator.ts';

type Graph = Extract<Widget, { type: 'metric' }>;
type Metrics = NonNullable<Graph['properties']['metrics']>;
type Points = readonly (number | undefined)[];

interface Series {
  readonly label: string;
  readonly color: string;
  readonly isRight: boolean;
  /** One for each minute; undefined: no data. */
  readonly points: Points;
}

const UNIT = 44;
const MINUTE_MS = 60_000;
const MARGIN = { top: 80, left: 24 };
const PALETTE = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b'];
const STATES = { OK: '#2ca02c', ALARM: '#d62728', INSUFFICIENT_DATA: '#9198a1' };

/** A dashboard as CloudWatch would show it, as SVG: graphs from the emulator's metrics, alarms in their state, words of its texts. */
export function drawDashboard(
  title: string,
  { widgets }: DashboardBody,
  emulator: Emulator,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const content = widgets.flatMap((widget) => [frame(widget), ...inside(widget, emulator, { from, to })]);
  const height = Math.max(...widgets.map(({ y = 0, height: rows }) => y + rows)) * UNIT + MARGIN.top + 16;
  return pictureSvg({
    title,
    subtitle: 'The dashboard of the stack, drawn from the metrics of the emulator',
    width: 24 * UNIT + 2 * MARGIN.left,
    height,
    style:
      '.frame{fill:none;stroke:#9198a1;stroke-width:.6}.small{font-size:11px}.line{fill:none;stroke-width:1.8}.bar{shape-rendering:crispEdges}',
    content,
  });
}

function box({ x = 0, y = 0, width, height }: Widget) {
  const left = MARGIN.left + x * UNIT + 4;
  const top = MARGIN.top + y * UNIT + 4;
  return { left, top, right: left + width * UNIT - 8, bottom: top + height * UNIT - 8 };
}

function frame(widget: Widget): string {
  const { left, top, right, bottom } = box(widget);
  const title = 'title' in widget.properties ? (widget.properties.title ?? '') : '';
  return `<rect class="frame" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="4"/>${text(left + 10, top + 18, title, '')}`;
}

function inside(widget: Widget, emulator: Emulator, range: { from: number; to: number }): string[] {
  const { left, top } = box(widget);
  switch (widget.type) {
    case 'text':
      return widget.properties.markdown
        .split('\n')
        .flatMap((line) => wrapped(line.replaceAll(/[`#*]/g, '').trim()))
        .filter((line) => line !== '')
        .map((line, index) => text(left + 10, top + 22 + index * 16, line, 'small'));
    case 'log':
      return wrapped(widget.properties.query.replaceAll('\n', ' '), 150).map((line, index) =>
        text(left + 10, top + 42 + index * 16, line, 'quiet'),
      );
    case 'alarm':
      return widget.properties.alarms.flatMap((arn, index) => alarm(widget, arn, index, emulator));
    case 'metric':
      return graph(widget, seriesOf(widget, emulator, range));
  }
}

function wrapped(line: string, most = 52): string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > most) lines.push('');
    lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines;
}

function alarm(widget: Widget, arn: string, index: number, { alarms }: Emulator): string[] {
  const { left, top, right } = box(widget);
  const name = arn.replace(/.*:alarm:/, '');
  const state = alarms.find((each) => each.name === name && arn.includes(each.region))?.state ?? 'INSUFFICIENT_DATA';
  const width = (right - left - 20) / 4;
  const x = left + 10 + (index % 4) * width;
  const y = top + 30 + Math.floor(index / 4) * 40;
  return [
    `<rect x="${pixels(x)}" y="${y}" width="${pixels(width - 6)}" height="32" rx="3" fill="${STATES[state]}" fill-opacity="${state === 'ALARM' ? 0.85 : 0.25}"/>`,
    text(pixels(x + 8), y + 20, name.split('--').slice(2).join(' '), 'small'),
  ];
}

function seriesOf({ properties }: Graph, emulator: Emulator, range: { from: number; to: number }): Series[] {
  const metrics: Metrics = properties.metrics ?? [];
  return metrics.map((parts, index) => {
    const look = parts.at(-1) as Readonly<Record<string, string>>;
    return {
      label: look['label'] ?? '',
      color: look['color'] ?? PALETTE[index % PALETTE.length] ?? '',
      isRight: look['yAxis'] === 'right',
      points: pointsOf(parts as string[], look, properties.region, emulator, range),
    };
  });
}

function pointsOf(
  parts: readonly string[],
  { stat }: Readonly<Record<string, string>>,
  region: string,
  emulator: Emulator,
  { from, to }: { readonly from: number; readonly to: number },
): Points {
  const [namespace = '', name = '', ...pairs] = parts.slice(0, -1);
  const dimensions = Object.fromEntries(
    pairs.flatMap((key, index) => (index % 2 === 0 ? [[key, pairs[index + 1] ?? ''] as const] : [])),
  );
  const samples = emulator.metrics.samples({ region, namespace, name, dimensions }, from);
  return Array.from({ length: Math.ceil((to - from) / MINUTE_MS) }, (_, minute) => {
    const values = samples.filter(({ at }) => Math.floor((at - from) / MINUTE_MS) === minute).map(({ value }) => value);
    if (values.length === 0) return undefined;
    if (stat === 'Minimum') return Math.min(...values);
    return stat === 'Maximum' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
  });
}

function graph(widget: Graph, series: readonly Series[]): string[] {
  const { left, top, right, bottom } = box(widget);
  const { stacked = false, annotations, yAxis } = widget.properties;
  const marks = annotations?.horizontal ?? [];
  const legend = legendOf(series, right - left - 20);
  const plot = { left: left + 40, right: right - 40, top: top + 34, bottom: bottom - 14 - legend.rows * LEGEND_ROW };
  const sums = (series[0]?.points ?? []).map((_, minute) => total(series.map(({ points }) => points[minute] ?? 0)));
  const most = (isRight: boolean) =>
    Math.max(
      1,
      (isRight ? yAxis?.right?.max : yAxis?.left?.max) ?? 0,
      ...(isRight ? [] : marks.map(({ value }) => value)),
      ...(stacked
        ? sums
        : series.filter((one) => one.isRight === isRight).flatMap(({ points }) => points.map((p) => p ?? 0))),
    );
  const across = (minute: number, count: number) => pixels(plot.left + (minute / count) * (plot.right - plot.left));
  const up = (value: number, highest: number) => pixels(plot.bottom - (value / highest) * (plot.bottom - plot.top));
  const [leftMost, rightMost] = [most(false), most(true)];
  const hasRight = series.some(({ isRight }) => isRight);
  return [
    `<path class="frame" d="M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}"/>`,
    text(plot.left - 6, plot.top + 4, String(leftMost), 'tick', 'end'),
    text(plot.left - 6, plot.bottom, '0', 'tick', 'end'),
    ...(hasRight ? [text(plot.right + 6, plot.top + 4, String(rightMost), 'tick')] : []),
    ...marks.map(
      ({ value, color = '' }) =>
        `<path d="M${plot.left} ${up(value, leftMost)}H${plot.right}" stroke="${color}" stroke-dasharray="4 3"/>`,
    ),
    ...series.flatMap(({ points, color, isRight }, index) => {
      const below = (minute: number) =>
        stacked ? total(series.slice(0, index).map((lower) => lower.points[minute] ?? 0)) : 0;
      const highest = isRight ? rightMost : leftMost;
      return points.flatMap((value, minute) => {
        if (value === undefined || (value === 0 && (stacked || isRight))) return [];
        const [x, next] = [across(minute, points.length), across(minute + 1, points.length)];
        const [y, base] = [up(value + below(minute), highest), up(below(minute), highest)];
        return stacked
          ? [
              `<rect class="bar" x="${x}" y="${y}" width="${pixels(next - x)}" height="${pixels(base - y)}" fill="${color}" fill-opacity=".7"/>`,
            ]
          : isRight || (points[minute - 1] === undefined && points[minute + 1] === undefined)
            ? [`<circle cx="${x}" cy="${y}" r="3.5" fill="${color}"/>`]
            : [`<path class="line" d="M${x} ${y}H${next}" stroke="${color}"/>`];
      });
    }),
    ...series.flatMap(({ label, color }, index) => {
      const row = Math.floor(index / legend.columns);
      const [x, y] = [left + 12 + (index % legend.columns) * legend.width, plot.bottom + 20 + row * LEGEND_ROW];
      return [
        `<rect x="${pixels(x)}" y="${y - 9}" width="10" height="10" fill="${color}"/>`,
        text(pixels(x + 15), y, label, 'small'),
      ];
    }),
    ...marks.map(({ label = '' }) => text(plot.right, plot.bottom + 20, escaped(label), 'small', 'end')),
  ];
}

const LEGEND_ROW = 15;
/** Of a label of the size `small`, and of the square before it with the gap behind it. */
const CHARACTER = 6.5;
const SQUARE = 30;

/** As many columns as the longest label allows, three at most. */
function legendOf(series: readonly Series[], room: number) {
  const longest = Math.max(...series.map(({ label }) => label.length)) * CHARACTER + SQUARE;
  const columns = Math.max(1, Math.min(series.length, 3, Math.floor(room / longest)));
  return { columns, width: room / columns, rows: Math.ceil(series.length / columns) };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
