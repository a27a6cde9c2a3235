import type { Happening, RecordHappening } from './service.ts';

/** The emulator's timeline: every event in the order of its recording. */
export interface Timeline {
  readonly all: readonly Happening[];
  readonly record: RecordHappening;
  /** Calls `listener` for every later happening; returns the function that ends it. */
  on(listener: (happening: Happening) => void): () => void;
}

export function createTimeline(): Timeline {
  const all: Happening[] = [];
  const listeners = new Set<(happening: Happening) => void>();
  return {
    all,
    record(happening) {
      all.push(happening);
      for (const listener of listeners) listener(happening);
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
