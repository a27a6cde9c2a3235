import { keyOf } from '#vyos/line.ts';
import { parseShownLine } from '#vyos/quote.ts';
import type { RouterPlan } from './router-plan.ts';

type Read = Pick<RouterPlan, 'commands' | 'boots' | 'reading'>;

/** Has a push anything to do on this router? */
export function needsPush(plan: Read): boolean {
  return plan.commands.length > 0 || needsOnlySave(plan);
}

/** It runs what it should, and boots with something else. */
export function needsOnlySave({ commands, boots, reading }: Read): boolean {
  return reading !== undefined && commands.length === 0 && boots === 'other';
}

/**
 * What a router is given that is only to be saved: one thing that it has already. A commit of that changes nothing (VyOS:
 * exit 0, silent), and its confirmation saves. Never a secret: those are not shown.
 */
export function noOpCommand(running: readonly string[], wanted: readonly string[]): string | undefined {
  const parsed = (line: string) => parseShownLine(line) ?? [];
  const keys = new Set(wanted.map((line) => keyOf(parsed(line))));
  return running.find((line) => keys.has(keyOf(parsed(line))));
}
