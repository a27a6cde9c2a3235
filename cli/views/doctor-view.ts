import type { DiagnosedSite } from '../doctor/diagnose.ts';
import { CHECKS } from '../doctor/registry.ts';
import type { Finding, Unchecked } from '../doctor/run-checks.ts';
import type { Colours } from '../output/colours.ts';
import { counted } from '../output/counted.ts';
import { wrapWords } from '../output/wrap.ts';

/** A site on the screen: each finding with its remedy, then what could not be checked. */
export function showDiagnosed({ name, region, findings, unchecked }: DiagnosedSite, colours: Colours): string {
  const { bold, green, yellow } = colours;
  const isWell = findings.length === 0 && unchecked.length === 0;
  const head = `${isWell ? green('✓') : yellow('!')} ${bold(name)}  ${region}  ${resultOf(findings, unchecked.length)}`;
  const width = (colours.columns ?? Number.POSITIVE_INFINITY) - 4;
  const uncheckedLines = byReason(unchecked).flatMap(([why, ids]) =>
    wrapped(`not checked: ${ids.join(', ')}, because ${why}`, '  ', width),
  );
  return [head, ...findings.flatMap((each) => findingLines(each, width, colours)), ...uncheckedLines].join('\n');
}

/** A router that does not answer leaves many checks open, for one reason. */
function byReason(unchecked: readonly Unchecked[]): (readonly [why: string, ids: readonly string[]])[] {
  const groups = Map.groupBy(unchecked, ({ why }) => why);
  return [...groups].map(([why, checks]) => [why, checks.map(({ id }) => id)] as const);
}

function resultOf(findings: readonly Finding[], unchecked: number): string {
  const made = counted(CHECKS.length, 'check');
  const found = findings.length === 0 ? 'nothing found' : counted(findings.length, 'finding');
  return `${made}, ${found}${unchecked === 0 ? '' : `, ${counted(unchecked, 'check')} not complete`}`;
}

function findingLines({ id, severity, where, says, remedy }: Finding, width: number, colours: Colours): string[] {
  const word = severity.toUpperCase();
  const { red, yellow, bold } = colours;
  const shown = severity === 'down' ? red(bold(word)) : severity === 'degraded' ? yellow(word) : word;
  return [
    ...wrapped(`${shown}  ${where}: ${says}.  [${id}]`, '  ', width),
    // Not wrapped, so that its command can be copied.
    `      → ${remedy}`,
  ];
}

function wrapped(text: string, indent: string, width: number): string[] {
  return wrapWords(text, Math.max(width, 30)).map((line, at) => `${indent}${at === 0 ? '' : '  '}${line}`);
}
