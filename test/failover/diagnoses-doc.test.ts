import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decideOn } from '#failover/decision.ts';
import { DIAGNOSES, type DiagnosisKind, diagnose } from '#failover/diagnosis.ts';
import { LIKE } from './like-diagnosis.ts';
import { situation } from './situation.ts';

const PAGE = 'docs/failure-diagnoses.md';
const PARTS = ['Evidence', 'Acted on', 'You see', 'You do'];

const sections = new Map(
  readFileSync(PAGE, 'utf8')
    .split('\n## ')
    .slice(1)
    .map((section) => [section.split('\n', 1)[0] ?? '', section] as const),
);

/** What the page calls the rules that a diagnosis is asked. */
const RULES: Readonly<Partial<Record<DiagnosisKind, string>>> = {
  OwnerNotRunning: 'certain',
  OwnerCannotForward: 'certain',
  OwnerReportedFailed: 'report',
  OwnerLeft: 'report',
  OwnerWithoutPath: 'probe',
  OwnerSilent: 'probe',
  OwnerEventDue: 'evacuation',
  SwapUnfinished: 'finishing',
  SwapAbandoned: 'closing',
  MoveRequested: 'manual',
};

describe('docs/failure-diagnoses.md', () => {
  it('has a section for every diagnosis, and for nothing else', () => {
    expect([...sections.keys()].toSorted()).toEqual([...DIAGNOSES].toSorted());
  });

  it.each(DIAGNOSES)('%s: says what it is seen by, whether it is acted on, what one sees and does', (kind) => {
    const said = [...(sections.get(kind) ?? '').matchAll(/^\*\*(.+?):\*\* \S/gm)].map(([, part]) => part);
    expect(said).toEqual(PARTS);
  });

  it.each(DIAGNOSES)('%s: is acted on as the page says', (kind) => {
    const seen = situation(LIKE[kind]);
    const diagnosis = diagnose(seen);
    expect(diagnosis.kind).toBe(kind);
    const decision = decideOn(diagnosis, seen);
    expect(sections.get(kind)).toContain(
      decision.kind !== 'swap' ? '**Acted on:** no' : `**Acted on:** yes, by the ${RULES[kind]} rules`,
    );
  });

  it('names every reason for which a rule says no', () => {
    const rules = readFileSync('failover/rules.ts', 'utf8');
    const [, union = ''] = /export type RefusalReason =([^;]+);/.exec(rules) ?? [];
    const reasons = [...union.matchAll(/'([a-z-]+)'/g)].map(([, reason = '']) => reason);
    const page = readFileSync(PAGE, 'utf8');
    expect(reasons.length).toBeGreaterThan(10);
    expect(reasons.filter((reason) => !page.includes(`\`${reason}\``))).toEqual([]);
  });
});
