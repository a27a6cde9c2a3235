import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHECKS, SITE_UNREACHABLE } from '#cli/doctor/registry.ts';

const page = readFileSync('docs/doctor.md', 'utf8');

it('docs/doctor.md has a row for each check, with its severity, in the order of the checks', () => {
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \| (\w+) \| [^|]+ \| [^|]+ \|$/gm)].map(([, id, severity]) => ({
    id,
    severity,
  }));
  expect(rows).toEqual([SITE_UNREACHABLE, ...CHECKS.map(({ id, severity }) => ({ id, severity }))]);
});

it('docs/doctor.md says how many checks there are', () => {
  expect(page).toContain(`${CHECKS.length} checks, 2 findings`);
});
