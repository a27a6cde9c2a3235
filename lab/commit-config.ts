import { renameSync, writeFileSync } from 'node:fs';
import { configEntries, showEntry } from '#vyos/config-entry.ts';
import { parseSetCommand } from '#vyos/quote.ts';
import { configureFirst, isUnconfigured } from './created/first-configuration.ts';
import { frrDaemons, startFrr } from './daemons.ts';
import { FRR_AREAS, frrConf } from './frr-conf.ts';
import type { RouterPlan } from './plan.ts';
import { killIn } from './processes.ts';
import { frrConfOf } from './router-files.ts';
import { run } from './run.ts';
import { frrUser } from './start-routers.ts';
import { vyosOf } from './vyos.ts';

const FRR_RELOAD = '/usr/lib/frr/frr-reload.py';

/**
 * Has a router do what its VyOS commits, as VyOS does: FRR's own tool compares the new configuration with what FRR runs,
 * and gives it the difference.
 *
 * @param commands all of the new configuration
 * @throws RangeError for a change that the lab has no daemon for; RunError if FRR does not take it, and then it is given
 *   the old configuration again
 */
export async function commitConfig(router: RouterPlan, commands: readonly string[]): Promise<void> {
  const { running } = vyosOf(router);
  if (router.router.creation !== undefined && isUnconfigured(running)) {
    if (isUnconfigured(commands)) return;
    await configureFirst(router, commands);
    return startWith(router, commands);
  } else {
    const strange = changesBesideRouting(running, commands);
    if (strange.length > 0)
      throw new RangeError(`the lab can change only the routing of a router:\n${strange.join('\n')}`);
  }
  const file = frrConfOf(router);
  writeFileSync(`${file}.new`, frrConf(commands));
  try {
    await reload(router, `${file}.new`);
  } catch (error) {
    await reload(router, file);
    throw error;
  }
  renameSync(`${file}.new`, file);
}

/**
 * FRR starts with the first configuration, as in labs whose routers exist. Given to a running FRR 8.4 by frr-reload, it left the pair's
 * iBGP Idle in 2 of 8 labs.
 */
async function startWith(router: RouterPlan, commands: readonly string[]): Promise<void> {
  writeFileSync(frrConfOf(router), frrConf(commands));
  await killIn(router.namespace, frrDaemons());
  await startFrr(router, await frrUser());
}

async function reload({ namespace }: RouterPlan, file: string): Promise<void> {
  await run(FRR_RELOAD, ['--reload', '--stdout', '-N', namespace, file], { timeoutMs: 30_000 });
}

/** Lines that only one of the two has, also those of changed secrets, without values. */
export function changesBesideRouting(before: readonly string[], after: readonly string[]): string[] {
  const had = besideRouting(before);
  const has = besideRouting(after);
  const changed = [...had.filter((line) => !has.includes(line)), ...has.filter((line) => !had.includes(line))];
  return configEntries(changed).map(showEntry);
}

function besideRouting(commands: readonly string[]): string[] {
  const paths = commands.map((command) => parseSetCommand(command, 0) ?? []);
  return paths.filter(([area = '']) => !FRR_AREAS.includes(area)).map((path) => `set ${path.join(' ')}`);
}
