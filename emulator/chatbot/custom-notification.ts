import { z } from 'zod';

/**
 * What Amazon Q Developer in chat applications posts of a message that is not one of an AWS service; it drops any other without a word
 * (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html). The lengths are from memory of that page's OpenAPI schema
 * and are unverified.
 */
const schema = z.object({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: z.string().max(64).optional(),
  content: z.object({
    textType: z.literal('client-markdown').optional(),
    title: z.string().max(250).optional(),
    description: z.string().min(1).max(8000),
    nextSteps: z.array(z.string().max(350)).max(10).optional(),
    keywords: z.array(z.string().max(75)).max(10).optional(),
  }),
  metadata: z
    .object({
      threadId: z.string().max(64).optional(),
      summary: z.string().max(300).optional(),
      eventType: z.string().max(64).optional(),
      relatedResources: z.array(z.string()).optional(),
      additionalContext: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

/** CloudWatch's own message about an alarm, which it formats itself. */
const alarmSchema = z.object({ AlarmName: z.string(), NewStateValue: z.string(), NewStateReason: z.string() });

interface Post {
  readonly title: string;
  readonly text: string;
  readonly thread: string | undefined;
}

/** The post that a message becomes; undefined: it is dropped. */
export function postOf(message: string): Post | undefined {
  const value = parsed(message);
  const custom = schema.safeParse(value).data;
  if (custom !== undefined) {
    const { title = '', description, nextSteps = [] } = custom.content;
    const steps = nextSteps.map((step) => `\n• ${step}`).join('');
    return { title, text: `${description}${steps}`, thread: custom.metadata?.threadId };
  }
  const alarm = alarmSchema.safeParse(value).data;
  return (
    alarm && { title: `${alarm.NewStateValue}: ${alarm.AlarmName}`, text: alarm.NewStateReason, thread: undefined }
  );
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}
