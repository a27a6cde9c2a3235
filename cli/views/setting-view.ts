import type { Colours } from '../output/colours.ts';

/** The result of pause, resume, acknowledge or maintenance, as in their `--json`. */
export interface SettingView {
  readonly site: string;
  readonly action: 'pause' | 'resume' | 'acknowledge' | 'maintenance';
  readonly dryRun: boolean;
  /** `planned`: it would be done (--dry-run). `declined`: the operator did not confirm. `refused`: a rule does not permit it. */
  readonly outcome: 'done' | 'already' | 'planned' | 'declined' | 'refused';
  readonly says: string;
}

export function showSetting({ outcome, says }: SettingView, { green, yellow }: Colours): string {
  if (outcome === 'declined' || outcome === 'already') return says;
  if (outcome === 'refused') return `${yellow('!')} not done: ${says}`;
  return `${green('✓')} ${says}${outcome === 'planned' ? '\n  dry run: nothing was changed' : ''}`;
}
