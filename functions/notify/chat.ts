import { aboutText, isCommand, subjectOf } from './email.ts';
import type { Label, Message, NotifiedSite } from './message.ts';

/** Of a channel that many sites share. */
const EMOJI: Readonly<Record<Label, string>> = {
  DOWN: ':red_circle:',
  DEGRADED: ':large_yellow_circle:',
  OK: ':large_green_circle:',
  INFO: ':information_source:',
};
const DESCRIPTION_AT_MOST = 3_000;
const STEP_AT_MOST = 300;

/**
 * A custom notification of Amazon Q Developer in chat applications, which drops any other text
 * (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html). No threads: a message must not hide in one.
 */
export function asChat(message: Message, site: NotifiedSite): string {
  const { label, what, facts, next, runbook } = message;
  const steps = [
    ...next.map((step) => (isCommand(step) ? `\`${step}\`` : step)),
    ...(runbook ? [`Runbook: ${runbook}`] : []),
  ];
  const text = [
    escaped(what),
    ...facts.map(([name, value]) => `*${name}* ${escaped(value)}`),
    `_${escaped(aboutText(message, site))}_`,
  ];
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `${EMOJI[label]} ${escaped(subjectOf(message, site))}`,
      description: text.join('\n').slice(0, DESCRIPTION_AT_MOST),
      ...(steps.length > 0 && { nextSteps: steps.map((step) => escaped(step).slice(0, STEP_AT_MOST)) }),
    },
    metadata: { summary: subjectOf(message, site) },
  });
}

/**
 * The three characters with which Slack begins mentions, channels and links
 * (https://docs.slack.dev/messaging/formatting-message-text#escaping): an operator's reason must not call a whole channel.
 */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
