import { expect, test } from 'vitest';
import { type Decision, decideOn } from '#failover/decision.ts';
import { DIAGNOSES, diagnose } from '#failover/diagnosis.ts';
import type { Observation } from '#failover/observation.ts';
import { planSwap } from '#failover/swap-plan.ts';
import { everyObservation } from './observations.ts';
import { broken } from './rules-of-the-design.ts';

/** Enough to see the pattern of a broken rule. */
const SHOWN = 3;

test('over 870,000 observations, every combination of the facts that a rule rests on: no decision breaks the design', () => {
  const faults: unknown[] = [];
  const met = { diagnoses: new Set<string>(), decisions: new Set<string>() };
  let count = 0;
  for (const seen of everyObservation()) {
    count += 1;
    const { diagnosis, decision, wrong } = judge(seen);
    met.diagnoses.add(diagnosis);
    met.decisions.add(`${decision.kind} ${decision.reason}`);
    if (wrong.length > 0) faults.push({ wrong, decision, seen });
    if (faults.length >= SHOWN) break;
  }
  expect(faults).toEqual([]);
  expect(count).toBeGreaterThan(870_000);
  // No combination has a former interface of a router: test/functions/former-interface.test.ts.
  const others = DIAGNOSES.filter((kind) => kind !== 'RoutesAtFormerInterface');
  expect([...met.diagnoses].toSorted()).toEqual(others.toSorted());
  expect([...met.decisions].toSorted()).toMatchInlineSnapshot(`
    [
      "already nothing-at-subject",
      "hold degraded",
      "hold healthy",
      "hold one-probe-only",
      "note evacuation",
      "note finish-swap",
      "note owner-not-running",
      "note reported-by-survivor",
      "refuse both-unfit",
      "refuse hold-down",
      "refuse lease-held",
      "refuse memory-unreachable",
      "refuse mode-observe",
      "refuse mode-off",
      "refuse no-managed-route",
      "refuse owner-healthy",
      "refuse paused",
      "refuse replayed",
      "refuse report-stale",
      "refuse second-witness-missing",
      "refuse target-unfit",
      "refuse too-many-swaps",
      "swap ebgp-down-twice",
      "swap evacuation",
      "swap failback",
      "swap finish-swap",
      "swap give-up-swap",
      "swap owner-cannot-forward",
      "swap owner-left",
      "swap owner-not-running",
      "swap owner-silent",
      "swap reported-by-survivor",
      "swap switchover",
    ]
  `);
});

function judge(seen: Observation): { diagnosis: string; decision: Decision; wrong: readonly string[] } {
  const diagnosis = diagnose(seen);
  const decision = decideOn(diagnosis, seen);
  const plan = decision.kind === 'swap' ? planSwap(seen, decision.target) : undefined;
  return { diagnosis: diagnosis.kind, decision, wrong: broken(seen, decision, plan) };
}
