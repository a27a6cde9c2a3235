import type { Colours } from '../output/colours.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { renderTable } from '../output/table.ts';

/** A stack of a deletion, as `destroy --json` shows it. */
export interface StackView {
  readonly name: string;
  readonly region: string;
  readonly site: string;
  readonly kind: 'slack' | 'router' | 'site' | 'addresses';
  /** `exists`: nothing has been done with it. `absent`: it did not exist. `interrupted`: Ctrl-C ended the waiting. */
  readonly state: 'exists' | 'absent' | 'deleted' | 'failed' | 'interrupted';
  /** CloudFormation's reasons for a failure, one for each resource. */
  readonly why: readonly string[];
  /** Resources that the deletion left, or would leave, because their template says so. */
  readonly kept: readonly { readonly id: string; readonly type: string }[];
  /** Why `kept` could not be read after the deletion; null: it was. */
  readonly keptUnread: string | null;
}

export interface DestroyView {
  readonly topology: string;
  readonly dryRun: boolean;
  readonly outcome: 'destroyed' | 'absent' | 'planned' | 'declined' | 'failed' | 'interrupted';
  readonly says: string;
  /** In the order of the deletion. */
  readonly stacks: readonly StackView[];
  /** What is lost with the stacks. */
  readonly warnings: readonly string[];
  /** What the deletion leaves, and how to remove it. */
  readonly remains: readonly string[];
  /** The command that continues; null: nothing remains to be deleted. */
  readonly next: string | null;
}

export function destroyExitCode({ outcome }: DestroyView): ExitCode {
  return exitCodes[EXIT_CODES[outcome]];
}

const EXIT_CODES = {
  destroyed: 'done',
  absent: 'done',
  planned: 'done',
  declined: 'notDone',
  failed: 'failed',
  interrupted: 'interrupted',
} as const;

export function showDestroy(view: DestroyView, colours: Colours): string {
  const { outcome, says, stacks, remains, next } = view;
  const { green, yellow, red, bold, columns } = colours;
  const mark = outcome === 'failed' ? red('✗') : EXIT_CODES[outcome] === 'done' ? green('✓') : yellow('!');
  return [
    `${mark} ${bold(view.topology)}: ${says}`,
    ...(stacks.length === 0 ? [] : [showStacks(stacks, columns)]),
    ...stacks.flatMap(({ name, why }) => why.map((each) => `${red('✗')} ${name}: ${each}`)),
    ...(remains.length === 0 ? [] : ['', 'What remains:', ...remains.map((each) => `  ${each}`)]),
    ...(next === null ? [] : ['', `Next: ${next}`]),
    '',
  ].join('\n');
}

export function showStacks(stacks: readonly StackView[], columns?: number): string {
  return renderTable(
    ['STACK', 'REGION', 'STATE'],
    stacks.map(({ name, region, state }) => [name, region, state]),
    columns,
  );
}
