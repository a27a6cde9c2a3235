import type { Message, NotifiedSite } from './message.ts';

/** SNS accepts less than 100 characters. */
const SUBJECT_AT_MOST = 99;
/** The longest text of an event that a message repeats. */
const WHAT_AT_MOST = 4_000;

/** The subject and the text of a message, for e-mail and every other subscriber of the topic. */
export function asEmail(message: Message, site: NotifiedSite): { readonly subject: string; readonly text: string } {
  const { facts, next, runbook, ids } = message;
  const width = Math.max(0, ...facts.map(([label]) => label.length)) + 2;
  const about = [`topology ${site.topology}`, `site ${site.name}`, site.region, ...ids];
  const parts = [
    message.what.slice(0, WHAT_AT_MOST),
    facts.map(([label, value]) => `${`${label}:`.padEnd(width)}${value}`).join('\n'),
    next.length === 0 ? '' : ['Next:', ...next.map((step) => `  ${isCommand(step) ? '$ ' : ''}${step}`)].join('\n'),
    runbook === undefined ? '' : `Runbook: ${runbook}`,
    about.join(', '),
  ];
  return { subject: subjectOf(message, site), text: parts.filter((part) => part !== '').join('\n\n') };
}

/** `DOWN tokyo: neither router has a path`, in ASCII. */
export function subjectOf({ label, title }: Message, { name }: NotifiedSite): string {
  const ascii = `${label} ${name}: ${title}`.replaceAll(/[^ -~]+/g, '?');
  return ascii.length <= SUBJECT_AT_MOST ? ascii : `${ascii.slice(0, SUBJECT_AT_MOST - 3)}...`;
}

export function isCommand(step: string): boolean {
  return step.startsWith('vyos-failover ');
}
