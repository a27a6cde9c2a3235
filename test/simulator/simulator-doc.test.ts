import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEATHS, type Death, deadlineMs } from '#simulator/deadlines.ts';
import { INVARIANTS } from '#simulator/invariants/index.ts';
import { BUGS } from './mutations.ts';

const page = readFileSync('docs/simulator.md', 'utf8');

test('docs/simulator.md lists the invariants of simulator/invariants/', () => {
  const rows = INVARIANTS.map(({ name, holds }) => `| \`${name}\` | ${holds} |`);
  expect(page).toContain(['| name | what must hold |', '|---|---|', ...rows].join('\n'));
});

test('docs/simulator.md lists the time limits computed from the constants', () => {
  const within = (death: Death, prefer: 'availability' | 'safety') =>
    `${deadlineMs(death, { prefer, mode: 'automatic', holdDownMs: 0, maxSwapsPerHour: 3, evacuate: 'manual' }) / 1000} s`;
  const rows = (Object.keys(DEATHS) as Death[]).map(
    (death) => `| ${death}: ${DEATHS[death]} | ${within(death, 'availability')} | ${within(death, 'safety')} |`,
  );
  expect(page).toContain(['| how the owner failed | availability | safety |', '|---|---|---|', ...rows].join('\n'));
});

test('docs/simulator.md lists the deliberate bugs of reports in two phases', () => {
  const rows = Object.entries(BUGS)
    .filter(([, { schedule }]) => schedule?.twoPhase === true)
    .map(([name, { breaks }]) => `| ${name} | ${breaks.map((invariant) => `\`${invariant}\``).join(', ')} |`);
  expect(page).toContain(['| deliberate bug | found by |', '|---|---|', ...rows].join('\n'));
});
