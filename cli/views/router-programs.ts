import type { Programs } from '#contracts/install-result.ts';
import type { SiteStatus } from '#contracts/site-status.ts';
import type { InstalledPrograms } from '#failover/installed-programs.ts';
import { routersOf } from '#failover/site.ts';
import type { NextCommand } from '../output/next-command.ts';

/** The programs of a router, as in `status --json`. */
export interface ProgramsView {
  /** By the newest reading of the probe; null: unknown. */
  readonly installed: ShownPrograms | null;
  /** Null: none are, or that could not be read. */
  readonly deployed: ShownPrograms | null;
  /** Null: either is unknown. */
  readonly current: boolean | null;
}

interface ShownPrograms {
  readonly version: string | null;
  readonly sha256: string | null;
  /** SHA-256 of the SSM agent's package; null: none. */
  readonly agent: string | null;
}

export function programsOf(name: string, { seen, deployedPrograms }: SiteStatus): ProgramsView {
  const router = routersOf(seen.site).find((each) => each.name === name);
  const instance = seen.routers[name]?.attachedTo ?? router?.instance;
  const readings = seen.stored.probes.flatMap(({ readings: found }) => found[router?.eni ?? ''] ?? []);
  // What was read on the instance before is no evidence.
  const newest = readings.filter((reading) => instance === undefined || reading.instance === instance).at(-1)?.programs;
  const deployed = deployedPrograms?.[name];
  return {
    installed: newest === undefined ? null : { ...newest, agent: newest.agent ?? null },
    deployed: deployed ?? null,
    current: newest === undefined || deployed === undefined ? null : isCurrent(newest, deployed),
  };
}

/** A topology that names no package of the SSM agent replaces none. */
function isCurrent({ version, sha256, agent }: InstalledPrograms, deployed: Programs): boolean {
  if (version !== deployed.version || sha256 !== deployed.sha256) return false;
  return deployed.agent === null || agent === deployed.agent;
}

/** The routers that run other programs than those deployed, as clauses. */
export function outdatedPrograms(
  site: string,
  routers: readonly { readonly name: string; readonly programs: ProgramsView }[],
  next: NextCommand,
): readonly string[] {
  const outdated = routers.filter(({ programs }) => programs.current === false);
  if (outdated.length === 0) return [];
  const [one] = outdated;
  const names = outdated.map(({ name }) => name).join(' and ');
  const { installed, deployed } = one?.programs ?? {};
  const versions =
    installed?.version !== deployed?.version
      ? ` (version ${installed?.version ?? 'unknown'}, and ${deployed?.version ?? 'unknown'} is deployed)`
      : '';
  return [
    `${names} ${outdated.length === 1 ? 'runs' : 'run'} other programs than those deployed${versions}: run ${next('router', 'install', site)}`,
  ];
}
