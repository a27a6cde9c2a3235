import type { Topology } from '#topology/topology.ts';
import type { OperatorAction } from '#ui/actions.ts';
import type { NextCommand } from '../output/next-command.ts';
import { routersOf } from '../require-name.ts';

/** The words of the command that carries out an action; undefined: its site or router is not in the topology. */
export function commandOfAction(action: OperatorAction, topology: Topology): readonly string[] | undefined {
  const site = topology.sites.find(({ name }) => name === action.site);
  if (site === undefined) return undefined;
  const router = 'to' in action ? action.to : 'router' in action ? action.router : undefined;
  // Names come from a browser: one that is none of the topology's could be read as an option.
  if (router !== undefined && !routersOf(site).some(({ name }) => name === router)) return undefined;
  // As one word, because a reason may begin with a hyphen.
  const reason = 'reason' in action ? [`--reason=${action.reason}`] : [];
  return [...words(action), ...reason, ...(action.dryRun ? ['--dry-run'] : [])];
}

function words(action: OperatorAction): readonly string[] {
  switch (action.action) {
    case 'switchover':
      return ['switchover', action.site, '--to', action.to];
    case 'failback':
    case 'resume':
      return [action.action, action.site];
    case 'pause':
      return ['pause', action.site, '--for', `${action.minutes}m`];
    case 'maintenance':
      return ['maintenance', action.on ? 'on' : 'off', action.site, action.router];
  }
}

/** As an operator would type it. */
export function asTyped(command: readonly string[], next: NextCommand): string {
  const words = command.filter((word) => word !== '--dry-run');
  return next(
    ...words.flatMap((word) => (word.startsWith('--reason=') ? ['--reason', word.slice('--reason='.length)] : [word])),
  );
}
