import type { Clock, PutMetric, RecordHappening } from '#emulator/service.ts';
import type { Queues } from './queues.ts';

/** What sends what a service gives up to a queue, and shows where that fails too. */
export interface DeadLetterEdges {
  readonly queues: Queues;
  readonly clock: Clock;
  readonly record: RecordHappening;
  readonly putMetric: PutMetric;
}
