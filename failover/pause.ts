import type { Pause, StoredState } from './stored-state.ts';

/** The pause that is in force at `now` (ms since the epoch); undefined: none is. A pause ends by itself at `until`. */
export function activePause({ pause }: Pick<StoredState, 'pause'>, now: number): Pause | undefined {
  return pause !== undefined && pause.until > now ? pause : undefined;
}
