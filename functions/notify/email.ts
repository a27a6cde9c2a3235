import type { Message, NotifiedSite } from './message.ts';

/** SNS accepts less than 100 characters. */
const SUBJECT_AT_MOST = 99;
/** The longest text of an event that a message repeats. */
const WHAT_AT_MOST = 4_000;

/** The subject and the text of a message, for e-mail and every other subscriber of the topic. */
export function asEmail(message: Message, site: NotifiedSite): { readonly subject: string; readonly text: string } {
  const { facts, next, runbook } = message;
  const width = Math.max(0, ...facts.map(([label]) => label.length)) + 2;
  const parts = [
    message.what.slice(0, WHAT_AT_MOST),
    facts.map(([label, value]) => `${`${label}:`.padEnd(width)}${value}`).join('\n'),
    next.length === 0 ? '' : ['Next:', ...next.map((step) => `  ${isCommand(step) ? '$ ' : ''}${step}`)].join('\n'),
    runbook === undefined ? '' : `Runbook: ${runbook}`,
    aboutText(message, site),
  ];
  return { subject: subjectOf(message, site), text: parts.filter((part) => part !== '').join('\n\n') };
}

/** `topology tokyo-virginia, site tokyo, ap-northeast-1, event e-1`: the commands of the message are those of this topology's file. */
export function aboutText({ ids }: Message, { topology, name, region }: NotifiedSite): string {
  return [`topology ${topology}`, `site ${name}`, region, ...ids].join(', ');
}

/** `DOWN tokyo: neither router has a path`, in ASCII. */
export function subjectOf({ label, title }: Message, { name }: NotifiedSite): string {
  const ascii = `${label} ${name}: ${title}`.replaceAll(/[^ -~]+/g, '?');
  return ascii.length <= SUBJECT_AT_MOST ? ascii : `${ascii.slice(0, SUBJECT_AT_MOST - 3)}...`;
}

export function isCommand(step: string): boolean {
  return step.startsWith('vyos-failover ');
}
