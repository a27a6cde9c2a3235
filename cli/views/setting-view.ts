import type { Colours } from '../output/colours.ts';

/** What came of pause, resume or maintenance: the command line's own type, their `--json`. */
export interface SettingView {
  readonly site: string;
  readonly action: 'pause' | 'resume' | 'maintenance';
  readonly dryRun: boolean;
  /** `planned`: it would be done (--dry-run). `declined`: the person at the terminal said no. */
  readonly outcome: 'done' | 'already' | 'planned' | 'declined';
  readonly says: string;
}

export function showSetting({ outcome, says }: SettingView, { green }: Colours): string {
  if (outcome === 'declined') return says;
  return `${green('✓')} ${says}${outcome === 'planned' ? '\n  dry run: nothing was done' : ''}`;
}
