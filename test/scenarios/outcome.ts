import type { Happening } from '#emulator/service.ts';
import type { Expected } from './scenario-file.ts';

/** What a scenario led to, in the words of `expected.yaml`. */
export interface Outcome {
  readonly story: string[];
  readonly owner: string;
  readonly announced: string[];
  readonly moved: number;
  /** Every sentence that somebody could have read. */
  readonly sentences: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
}

/** One trigger and what came of it. */
export interface Line {
  /** ms after the scenario's begin. */
  readonly at: number;
  readonly who: string;
  readonly result: string;
}

/** Lines as people read them; the same several times in a row is one line with a count. */
export function storyOf(lines: readonly Line[]): string[] {
  const story: { line: Line; times: number }[] = [];
  for (const line of lines) {
    const last = story.at(-1);
    if (last?.line.who === line.who && last.line.result === line.result) last.times += 1;
    else story.push({ line, times: 1 });
  }
  return story.map(
    ({ line: { at, who, result }, times }) => `${at / 1000}s ${who}${times > 1 ? ` ×${times}` : ''}: ${result}`,
  );
}

/** What both functions answer, as far as it matters here. */
interface Result {
  readonly outcome?: string;
  readonly reason?: string;
  readonly decision?: { readonly kind: string; readonly reason: string };
  readonly answer?: unknown;
}

/** An answer of route-swap or a round of health-probe, in short. */
export function resultOf(answer: unknown): string {
  if (answer === undefined) return 'died';
  if (answer instanceof Error) return `failed (${answer.message})`;
  const { outcome, reason, decision, answer: swap } = answer as Result;
  if (decision === undefined) return reason === undefined ? `${outcome}` : `${outcome} (${reason})`;
  const { kind, reason: why } = decision;
  return kind === 'swap' ? `asks for a swap (${why}): ${resultOf(swap)}` : `${kind} (${why})`;
}

/** A ReplaceRoute that took effect. */
export function isReplace(happening: Happening): boolean {
  if (happening.kind !== 'call' || happening.action !== 'ReplaceRoute') return false;
  return (
    happening.input['DryRun'] !== 'true' && (happening.error === undefined || happening.error === 'the answer was lost')
  );
}

/** The outcome in the form of the expectation: of sentences and metrics only those that it names. */
export function asExpected(
  { says, metrics }: Expected,
  { sentences, metrics: measured, ...outcome }: Outcome,
): Expected {
  return {
    ...outcome,
    says: says.filter((part) => sentences.some((sentence) => sentence.includes(part))),
    metrics: Object.fromEntries(Object.keys(metrics).map((name) => [name, measured[name] ?? Number.NaN])),
  };
}
