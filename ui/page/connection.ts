import { useEffect, useState } from 'preact/hooks';
import type { SentAction } from '../actions.ts';
import type { ActionResult, Entry, PageState } from '../contract.ts';

const KEY = 'vyos-failover token';
const MOST_ENTRIES = 500;

/** The token leaves the address bar, where it would be in every picture of the screen. */
function readToken(): string {
  if (location.hash.length > 1) {
    sessionStorage.setItem(KEY, location.hash.slice(1));
    history.replaceState(null, '', '/');
  }
  return sessionStorage.getItem(KEY) ?? '';
}

const token = readToken();

export interface Live {
  /** Undefined: the server has not sent it yet. */
  readonly state: PageState | undefined;
  /** Oldest first. */
  readonly entries: readonly Entry[];
  /** Since when the server does not answer, ms since the epoch; undefined: it does. */
  readonly lostAt: number | undefined;
}

/** The server's events. The browser connects again by itself. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ state: undefined, entries: [], lostAt: undefined });
  useEffect(() => {
    const events = new EventSource(`/api/events?token=${encodeURIComponent(token)}`);
    events.addEventListener('state', ({ data }: MessageEvent<string>) =>
      setLive((before) => ({ ...before, lostAt: undefined, state: JSON.parse(data) as PageState })),
    );
    events.addEventListener('entries', ({ data }: MessageEvent<string>) =>
      setLive((before) => ({ ...before, entries: merged(before.entries, JSON.parse(data) as Entry[]) })),
    );
    // Values of a previous connection are not shown as those of now.
    events.addEventListener('error', () => setLive((before) => ({ ...before, lostAt: before.lostAt ?? Date.now() })));
    return () => events.close();
  }, []);
  return live;
}

/** After a new connection the server sends the whole timeline again; a server that was started again counts from 1. */
function merged(before: readonly Entry[], sent: readonly Entry[]): readonly Entry[] {
  const first = sent[0]?.id ?? 0;
  return [...before.filter(({ id }) => id < first), ...sent].slice(-MOST_ENTRIES);
}

/** Sends an action. It does not throw: a failure is a result, too. */
export async function act(action: SentAction): Promise<ActionResult> {
  try {
    const answer = await fetch('/api/actions', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
    const body = (await answer.json()) as ActionResult;
    return answer.ok ? body : failed(body.says);
  } catch {
    return failed('The server of this page does not answer.');
  }
}

function failed(says: string): ActionResult {
  return { outcome: 'failed', says, hint: null, command: null, steps: [] };
}
