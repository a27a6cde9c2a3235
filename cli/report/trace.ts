import type { ReportView } from './report-view.ts';
import { LANES } from './timeline-event.ts';

/**
 * The timeline as a trace for chrome://tracing and https://ui.perfetto.dev: one thread per lane, times in µs since the epoch
 * (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU, "Trace Event Format").
 */
export function traceOf(report: ReportView): object {
  const names = LANES.map((lane, at) => ({ ph: 'M', pid: 1, tid: at + 1, name: 'thread_name', args: { name: lane } }));
  const events = report.runs.flatMap(({ arrivedAt, events: own, id, outcome }) =>
    own.map(({ lane, says, startMs, tookMs, tone }) => {
      const shared = {
        name: says,
        cat: lane,
        pid: 1,
        tid: LANES.indexOf(lane) + 1,
        ts: Math.round((Date.parse(arrivedAt) + startMs) * 1000),
        args: { id, outcome, tone },
      };
      return tookMs === null ? { ...shared, ph: 'i', s: 't' } : { ...shared, ph: 'X', dur: Math.round(tookMs * 1000) };
    }),
  );
  const process = { ph: 'M', pid: 1, name: 'process_name', args: { name: `${report.site}: ${report.what}` } };
  return { traceEvents: [process, ...names, ...events], displayTimeUnit: 'ms' };
}
