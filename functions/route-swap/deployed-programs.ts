import type { Programs } from '#contracts/install-result.ts';
import * as z from '#contracts/validation.ts';
import type { SwapPorts } from './ports.ts';

/** As much of a boot parameter as is needed here (`BootDocument`). */
const Parameter = z.object({
  programs: z.object({ version: z.string(), sha256: z.string() }),
  agent: z.optional(z.object({ sha256: z.string() })),
});

/** The programs that are deployed, by router; undefined: they could not be read. A parameter of an earlier version states none. */
export async function readDeployedPrograms({
  bootParameters,
  log,
}: Pick<SwapPorts, 'bootParameters' | 'log'>): Promise<Readonly<Record<string, Programs>> | undefined> {
  try {
    const found = Object.entries(await bootParameters()).flatMap(([router, text]) => {
      const { success, data } = z.safeParse(Parameter, JSON.parse(text));
      return success ? [[router, { ...data.programs, agent: data.agent?.sha256 ?? null }] as const] : [];
    });
    return Object.fromEntries(found);
  } catch (error) {
    log.warn('The boot parameters of the routers could not be read', { error });
    return undefined;
  }
}
