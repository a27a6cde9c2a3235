/** What the live page may ask its server for. */
import { z } from 'zod';
import { FAULTS } from './contract.ts';

const name = z.string().min(1).max(128);
const reason = z.string().trim().min(1).max(1024);
const dryRun = z.boolean().default(false);

/** What the page may ask for. */
export const Action = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('switchover'), site: name, to: name, reason, dryRun }),
  z.strictObject({ action: z.literal('failback'), site: name, reason, dryRun }),
  z.strictObject({ action: z.literal('pause'), site: name, minutes: z.int().min(1).max(10_080), reason, dryRun }),
  z.strictObject({ action: z.literal('resume'), site: name, dryRun }),
  z.strictObject({ action: z.literal('maintenance'), site: name, router: name, on: z.boolean(), reason, dryRun }),
  z.strictObject({ action: z.literal('fault'), router: name, fault: z.enum(FAULTS) }),
  z.strictObject({ action: z.literal('restore'), router: name }),
]);
export type Action = z.output<typeof Action>;
/** As the page sends it. */
export type SentAction = z.input<typeof Action>;

/** An action that a command of the command line carries out. */
export type OperatorAction = Exclude<Action, { action: 'fault' | 'restore' }>;
/** An action on the network of a demo or a lab. */
export type FaultAction = Extract<Action, { action: 'fault' | 'restore' }>;
