/** Who or what acts, in the order of the page. */
export const LANES = [
  'Traffic',
  'Operators',
  'Detectors',
  'Routers',
  'route-swap',
  'Calls to AWS',
  'config-push',
] as const;
type Lane = (typeof LANES)[number];

export interface TimelineEvent {
  readonly lane: Lane;
  readonly says: string;
  /** ms from the arrival of the run's trigger; negative: before it. */
  readonly startMs: number;
  /** Null: a moment. */
  readonly tookMs: number | null;
  readonly tone: 'bad' | 'good' | 'neutral';
}

export function span(
  lane: Lane,
  says: string,
  startMs: number,
  tookMs: number,
  tone: TimelineEvent['tone'],
): TimelineEvent {
  return { lane, says, startMs, tookMs: Math.max(0, tookMs), tone };
}

export function moment(lane: Lane, says: string, tone: TimelineEvent['tone'], startMs = 0): TimelineEvent {
  return { lane, says, startMs, tookMs: null, tone };
}
