import type { Message } from './message.ts';
import * as z from './validation.ts';

/** Answer to `pause`, `resume` and `maintenance`. */
export const Done = z.object({ outcome: z.literal('done'), says: z.string() });
export type Done = Message<typeof Done>;
