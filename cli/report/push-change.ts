import type { PushEntry } from '#contracts/history.ts';
import type { Programs } from '#contracts/install-result.ts';
import { callerText } from './caller-text.ts';
import { moment, span, type TimelineEvent } from './timeline-event.ts';

/** What a push or an installation changed on a router. */
export interface PushChange {
  readonly router: string;
  /**
   * `delete` and `set` commands, at most 200. Keys are given by their names. Empty: programs were installed, or the commands are not
   * recorded.
   */
  readonly commands: readonly string[];
  /** Of all commands; null: programs were installed, or it is not recorded. */
  readonly commandCount: number | null;
  /** Of an installation, as texts; null: a configuration was pushed. */
  readonly programs: { readonly before: string; readonly after: string; readonly agent: string | null } | null;
}

/** @returns undefined: the entry has no detail */
export function pushChangeOf({ detail }: PushEntry): PushChange | undefined {
  if (detail === undefined) return undefined;
  const { router, changes, programs } = detail;
  const agent = programs?.agent;
  return {
    router,
    commands: changes?.commands ?? [],
    commandCount: changes?.count ?? null,
    programs:
      programs === undefined
        ? null
        : {
            before: programsText(programs.before),
            after: programsText(programs.after),
            agent:
              agent === undefined ? null : agent.says === undefined ? agent.state : `${agent.state}: ${agent.says}`,
          },
  };
}

function programsText(programs: Programs | undefined): string {
  if (programs === undefined) return 'unknown';
  const { version, sha256 } = programs;
  return version === null && sha256 === null
    ? 'none'
    : `version ${version ?? 'unknown'} (${sha256?.slice(0, 12) ?? 'unknown'})`;
}

/** How a push or an installation ended. */
type End = 'done' | 'not-done' | 'unknown';

/** @param reason of the entry: `config-pushed`, `config-router-undone`, `programs-installed` … */
export function endOf({ reason }: Pick<PushEntry, 'reason'>): End {
  if (/-(pushed|installed|confirmed)$/.test(reason)) return 'done';
  return /-(unknown|silent)$/.test(reason) ? 'unknown' : 'not-done';
}

/** A headline. */
export function pushHeadline(site: string, entry: PushEntry): string {
  const router = entry.detail?.router ?? `a router of ${site}`;
  const installs = entry.reason.startsWith('programs-');
  switch (endOf(entry)) {
    case 'done':
      return installs ? `Programs were installed on ${router}` : `A configuration was pushed to ${router}`;
    case 'not-done':
      return installs ? `The installation on ${router} failed` : `The push to ${router} failed`;
    case 'unknown':
      return installs
        ? `It is unknown whether programs were installed on ${router}`
        : `It is unknown which configuration ${router} has after a push`;
  }
}

/** The push as a whole, who requested it, and each recorded step. */
export function pushEvents(entry: PushEntry): readonly TimelineEvent[] {
  const { tookMs, at, detail, says, requestedBy } = entry;
  const tone = { done: 'good', 'not-done': 'bad', unknown: 'bad' } as const;
  const whole = span('config-push', says, 0, tookMs, tone[endOf(entry)]);
  if (detail === undefined) return [whole];
  const began = at - tookMs;
  return [
    moment('Operators', `${requestIn(entry)}${callerText(requestedBy)}`, 'neutral'),
    ...detail.steps.map((step) => {
      const what = `${detail.router} ${step.says}${step.fault === undefined ? '' : `: ${step.fault}`}`;
      return span('config-push', what, step.at - began, step.tookMs, step.fault === undefined ? 'good' : 'bad');
    }),
  ];
}

/** What was requested, and by whom: an entry begins with that sentence. The name may have a period. */
function requestIn({ says }: PushEntry): string {
  return /^.*? (?:pushed a configuration|installed programs)(?=\. )/.exec(says)?.[0] ?? says;
}
