import type { CommandEnd } from '#aws/run-command.ts';

/** A router's answer to a command. */
export function answersWith(answer: object): CommandEnd {
  return { kind: 'answered', output: JSON.stringify(answer) };
}
