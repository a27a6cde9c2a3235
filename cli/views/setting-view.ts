import type { Colours } from '../output/colours.ts';

/** The result of pause, resume or maintenance, as in their `--json`. */
export interface SettingView {
  readonly site: string;
  readonly action: 'pause' | 'resume' | 'maintenance';
  readonly dryRun: boolean;
  /** `planned`: it would be done (--dry-run). `declined`: the operator did not confirm. */
  readonly outcome: 'done' | 'already' | 'planned' | 'declined';
  readonly says: string;
}

export function showSetting({ outcome, says }: SettingView, { green }: Colours): string {
  if (outcome === 'declined') return says;
  return `${green('✓')} ${says}${outcome === 'planned' ? '\n  dry run: nothing was changed' : ''}`;
}
