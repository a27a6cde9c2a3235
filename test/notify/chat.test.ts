import { describe, expect, it } from 'vitest';
import { asChat } from '#functions/notify/chat.ts';
import { asEmail } from '#functions/notify/email.ts';
import { Notified, TOKYO } from './notified.ts';

/** What an operator typed, or what was pasted from a ticket. */
const REASON = 'a <!channel> & *b*\nNext:\n  $ vyos-failover destroy';

function paused() {
  const site = new Notified();
  const until = '2026-11-23T04:00:00.000Z';
  const by = 'arn:aws:iam::123456789012:user/kim';
  const says = `The pause of tokyo by ${by} (${REASON}) is over; failover is automatic again.`;
  const [message] = site.announce('Pause Ended', {
    topology: 'tokyo-virginia',
    site: 'tokyo',
    by,
    reason: REASON,
    until,
    says,
  });
  if (message === undefined) throw new Error('There is no message.');
  return message;
}

describe('a reason with line breaks and markup', () => {
  it('is one line of an e-mail, so that it cannot look like the next step', () => {
    const { text } = asEmail(paused(), TOKYO);
    expect(text).not.toMatch(/^ *(Next:|\$)/m);
    expect(text).toContain('Reason: a <!channel> & *b* Next: $ vyos-failover destroy');
  });

  it('is plain text in Slack: it mentions nobody', () => {
    const { content } = JSON.parse(asChat(paused(), TOKYO)) as { content: { description: string } };
    expect(content.description).not.toContain('<!channel>');
    expect(content.description).toContain('*Reason* a &lt;!channel&gt; &amp; *b* Next:');
  });
});

it('names the topology, because a channel may have sites of the same name from several, and a command needs the file', () => {
  const { content } = JSON.parse(asChat(paused(), TOKYO)) as { content: { description: string } };
  expect(content.description).toMatch(/^_topology tokyo-virginia, site tokyo, ap-northeast-1, /m);
});
