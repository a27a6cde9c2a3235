import { CommandError, saysAndHint } from '../output/command-error.ts';
import type { Read } from './outcome.ts';

/** A fact, or why it could not be read. @throws what is no CommandError */
export async function read<Fact>(reading: () => Promise<Fact>): Promise<Read<Fact>> {
  try {
    return { ok: true, fact: await reading() };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { says, hint } = saysAndHint(error.message);
    return { ok: false, why: hint === undefined ? says : `${says} (${hint})` };
  }
}
