import { keyOf } from '#vyos/line.ts';
import { parseShownLine } from '#vyos/quote.ts';
import type { RouterPlan } from './router-plan.ts';

type Read = Pick<RouterPlan, 'commands' | 'boots' | 'reading'>;

/** Does the router need a push? */
export function needsPush(plan: Read): boolean {
  return plan.commands.length > 0 || needsOnlySave(plan);
}

/** It runs the desired configuration, and boots with another one. */
export function needsOnlySave({ commands, boots, reading }: Read): boolean {
  return reading !== undefined && commands.length === 0 && boots === 'other';
}

/**
 * The command for a router that only needs a save: one that it runs already. Committing it changes nothing (VyOS:
 * exit 0, silent), and its confirmation saves. Never a secret, because secrets are not shown.
 */
export function noOpCommand(running: readonly string[], wanted: readonly string[]): string | undefined {
  const parsed = (line: string) => parseShownLine(line) ?? [];
  const keys = new Set(wanted.map((line) => keyOf(parsed(line))));
  return running.find((line) => keys.has(keyOf(parsed(line))));
}
