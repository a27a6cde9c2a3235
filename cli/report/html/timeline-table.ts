import { duration } from '../../output/time.ts';
import { seconds } from '../summary.ts';
import { LANES, type TimelineEvent } from '../timeline-event.ts';
import { html, type Markup, NOTHING } from './markup.ts';

/** The part of time that a table shows. */
export interface Scale {
  /** ms, by the clock of the events; shown as 0. */
  readonly from: number;
  readonly to: number;
}

/** From the failure's first notice, or the trigger's arrival, to the end of the last event. */
export function scaleOf(events: readonly TimelineEvent[]): Scale {
  const traffic = events.find(({ lane }) => lane === 'Traffic');
  const from = Math.min(0, traffic?.startMs ?? 0);
  const to = Math.max(from + 1, ...events.map(({ startMs, tookMs }) => startMs + (tookMs ?? 0)));
  return { from, to: to + (to - from) * 0.03 };
}

/** Events by lane, each with its bar to scale. A table, so that a screen reader reads what the bars show. */
export function timelineTable(caption: string, events: readonly TimelineEvent[], scale: Scale): Markup {
  const step = stepOf(scale.to - scale.from);
  const width = percent(step, scale);
  return html`<table class="timeline" role="table" style="--step:${width}%">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row"><th class="what" role="columnheader" scope="col">Event</th><th class="axis" role="columnheader" scope="col">${axis(scale, step)}</th><th class="number when" role="columnheader" scope="col">Start</th><th class="number took" role="columnheader" scope="col">Duration</th></tr></thead>
${LANES.map((lane) =>
  laneRows(
    lane,
    events.filter((event) => event.lane === lane),
    scale,
  ),
)}
</table>`;
}

function axis(scale: Scale, step: number): readonly Markup[] {
  const count = Math.floor((scale.to - scale.from) / step);
  return Array.from({ length: count + 1 }, (_, at) => {
    return html`<span style="left:${percent(at * step, scale)}%">${at === 0 ? '0' : tickText(at * step, step)}</span>`;
  });
}

/** A mark of the axis, with the digits that the marks differ by: longer ones overlap. */
function tickText(ms: number, step: number): string {
  if (step >= 60_000) return duration(ms);
  if (step < 10) return `${Number(ms.toFixed(1))} ms`;
  return `${(ms / 1000).toFixed(Math.max(0, 3 - Math.floor(Math.log10(step))))} s`;
}

function laneRows(lane: string, events: readonly TimelineEvent[], scale: Scale): Markup {
  if (events.length === 0) return NOTHING;
  return html`<tbody role="rowgroup"><tr role="row"><th class="lane" role="rowheader" scope="rowgroup" colspan="4">${lane}</th></tr>
${events.map((event) => eventRow(event, scale))}</tbody>
`;
}

function eventRow({ says, startMs, tookMs, tone }: TimelineEvent, scale: Scale): Markup {
  const since = startMs - scale.from;
  const took = tookMs === null ? '–' : seconds(tookMs);
  return html`<tr role="row"><th class="says ${tone === 'bad' ? 'bad' : ''}" role="rowheader" scope="row">${says}</th><td class="track ${tone}" role="cell">${mark(since, tookMs, scale)}</td><td class="number" role="cell">${signed(since)}</td><td class="number" role="cell">${took}</td></tr>
`;
}

function mark(since: number, tookMs: number | null, scale: Scale): Markup {
  if (since < 0) return html`<span class="earlier" aria-hidden="true">◀</span>`;
  const left = percent(since, scale);
  if (tookMs === null) return html`<span class="moment" aria-hidden="true" style="left:${left}%"></span>`;
  return html`<span class="bar" aria-hidden="true" style="left:${left}%;width:${percent(tookMs, scale)}%"></span>`;
}

function signed(ms: number): string {
  if (Math.abs(ms) >= 100_000) return `${ms < 0 ? '−' : '+'}${seconds(Math.abs(ms))}`;
  return `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1000).toFixed(3)} s`;
}

function percent(ms: number, { from, to }: Scale): string {
  return ((100 * ms) / (to - from)).toFixed(3);
}

/** The distance of two marks of the axis, ms: 1, 2 or 5 times a power of ten, or whole minutes; three to seven of them. */
function stepOf(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length / 3));
  const steps =
    length > 180_000 ? MINUTES.map((minutes) => minutes * 60_000) : [5, 2, 1].map((factor) => factor * power);
  return steps.find((step) => length / step >= 3) ?? power;
}

const MINUTES = [60, 30, 20, 10, 5, 2, 1];
