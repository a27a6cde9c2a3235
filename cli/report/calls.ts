import type { SwapCall } from '#contracts/swap-detail.ts';
import { routeName } from '#failover/site.ts';
import { counted } from '../output/counted.ts';
import type { TimelineEvent } from './timeline-event.ts';

/** Calls of one name that are shown one by one. */
const SHOWN = 12;

/** Each call to AWS. Of many calls of one name, those that failed and the first ones are shown one by one, the others as one line. */
export function callEvents(calls: readonly SwapCall[]): readonly TimelineEvent[] {
  return [...new Set(calls.map(({ name }) => name))].flatMap((name) => {
    const ofName = calls.filter((call) => call.name === name);
    const [failed, good] = [
      ofName.filter(({ error }) => error !== undefined),
      ofName.filter(({ error }) => error === undefined),
    ];
    const shown = new Set([...failed.slice(0, SHOWN), ...good.slice(0, Math.max(0, SHOWN - failed.length))]);
    const rest = ofName.filter((call) => !shown.has(call));
    return [...[...shown].map(callEvent), ...(rest.length === 0 ? [] : [restOf(name, rest)])];
  });
}

function callEvent({ name, purpose, route, router, startMs, tookMs, error }: SwapCall): TimelineEvent {
  const about = route === undefined ? (router ?? purpose) : routeName(route);
  const says = `${name}${about === undefined ? '' : ` ${about}`}${error === undefined ? '' : ` failed: ${error}`}`;
  return { lane: 'Calls to AWS', says, startMs, tookMs, tone: error === undefined ? 'neutral' : 'bad' };
}

function restOf(name: string, calls: readonly SwapCall[]): TimelineEvent {
  const startMs = Math.min(...calls.map((call) => call.startMs));
  const end = Math.max(...calls.map((call) => call.startMs + call.tookMs));
  const failures = calls.filter(({ error }) => error !== undefined).length;
  const failed = failures === 0 ? '' : `, ${failures} failed`;
  const says = `${name}, ${counted(calls.length, 'more call')}${failed}`;
  return { lane: 'Calls to AWS', says, startMs, tookMs: end - startMs, tone: failures === 0 ? 'neutral' : 'bad' };
}
