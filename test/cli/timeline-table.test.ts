import { expect, test } from 'vitest';
import { scaleOf, timelineTable } from '#cli/report/html/timeline-table.ts';
import { span } from '#cli/report/timeline-event.ts';

/** The marks of the time axis above an event of this length. */
function marksOf(ms: number): readonly string[] {
  const events = [span('route-swap', 'a swap', 0, ms, 'good')];
  const { text } = timelineTable('Events', events, scaleOf(events));
  return [...text.matchAll(/<span style="left:[\d.]+%">([^<]*)<\/span>/g)].map(([, mark = '']) => mark);
}

test.each([
  [4, ['0', '1 ms', '2 ms', '3 ms', '4 ms']],
  [490, ['0', '0.1 s', '0.2 s', '0.3 s', '0.4 s', '0.5 s']],
  [1900, ['0', '0.5 s', '1.0 s', '1.5 s']],
  [45_000, ['0', '10 s', '20 s', '30 s', '40 s']],
  [140_000, ['0', '20 s', '40 s', '60 s', '80 s', '100 s', '120 s', '140 s']],
  [600_000, ['0', '2 min', '4 min', '6 min', '8 min', '10 min']],
])('the axis of %d ms has short marks in one unit, which do not overlap', (ms, marks) => {
  expect(marksOf(ms)).toEqual(marks);
});
