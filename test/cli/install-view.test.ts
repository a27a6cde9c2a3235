import { expect, it } from 'vitest';
import { coloursFor } from '#cli/output/colours.ts';
import { type SiteInstallView, showInstall } from '#cli/views/install-view.ts';

const plain = coloursFor({ write: () => true }, {}, false);
const SITE: SiteInstallView = {
  site: 'tokyo',
  outcome: 'unchanged',
  reason: 'unchanged',
  says: 'The routers of tokyo have the programs that are deployed.',
  remaining: [],
  routers: [],
  installed: [],
};

it.each<[Partial<SiteInstallView>, string]>([
  [{}, '✓ tokyo: The routers of tokyo have the programs that are deployed.\n'],
  [
    { outcome: 'installed', installed: ['tokyo-2', 'tokyo-1'] },
    '✓ tokyo: tokyo-2 and tokyo-1 have the programs that are deployed.\n',
  ],
  [{ outcome: 'failed', says: 'tokyo-2 is not fit.' }, '✗ tokyo: tokyo-2 is not fit.\n'],
  [{ outcome: 'refused', says: 'Not now: paused.' }, '! tokyo: Not now: paused.\n'],
  [{ outcome: 'not-begun', remaining: ['tokyo-2'] }, '! tokyo: Not begun. tokyo-2 would get what is deployed.\n'],
])('an installation shows by a mark whether it is done: %j', (change, text) => {
  expect(showInstall({ dryRun: false, sites: [{ ...SITE, ...change }] }, plain)).toBe(text);
});
