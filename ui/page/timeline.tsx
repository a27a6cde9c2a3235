import type { Entry, PageState } from '../contract.ts';
import { clock, duration } from './format.ts';

/** Entries that start a sequence: later times are shown relative to the last one of them. */
const STARTS: readonly Entry['kind'][] = ['fault', 'operator'];
/** Relative times beyond this say nothing about a sequence, ms. */
const RELATED_MS = 120_000;

/** What happened, newest first. */
export function Timeline({ entries: sent, state }: { readonly entries: readonly Entry[]; readonly state: PageState }) {
  // Entries of a router's log arrive later than others of the same time.
  const entries = sent.toSorted((one, other) => one.at - other.at || one.id - other.id);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      {entries.length === 0 && (
        <p>{state.behind === 'deployment' ? 'The history is empty.' : 'Nothing has happened yet.'}</p>
      )}
      <ol class="timeline">
        {entries
          .map((entry, index) => ({ entry, since: sinceStart(entries, index) }))
          .toReversed()
          .map(({ entry, since }) => (
            <li key={entry.id} class={entry.kind}>
              <time dateTime={new Date(entry.at).toISOString()} title={new Date(entry.at).toISOString().slice(0, 10)}>
                {clock(entry.at)}
              </time>
              <span class="since">{since}</span>
              <span class="kind">{entry.kind}</span>
              <span class="says">
                {entry.where !== null && <b>{entry.where} </b>}
                {entry.says}
              </span>
            </li>
          ))}
      </ol>
    </section>
  );
}

/** `+0.35 s` after the last fault or act of an operator. */
function sinceStart(entries: readonly Entry[], index: number): string {
  const entry = entries[index];
  const start = entries.slice(0, index).findLast(({ kind }) => STARTS.includes(kind));
  if (entry === undefined || start === undefined) return '';
  const after = entry.at - start.at;
  return after < 0 || after > RELATED_MS || STARTS.includes(entry.kind) ? '' : `+${duration(after)}`;
}
