import { expect, test } from 'vitest';
import { showStatus } from '#lab/show-status.ts';

const up = (description: string) => ({ address: '169.254.0.1', description, state: 'Established' });

test('a row for each router: who has the routes, its BGP, its programs', () => {
  const status = {
    owners: { tokyo: ['tokyo-1'], virginia: [] },
    routers: { 'tokyo-1': ['bgpd', 'serf'], 'virginia-1': [] },
    bgp: { 'tokyo-1': [up('tokyo-2'), up('virginia-1')], 'virginia-1': [{ ...up('tokyo-1'), state: undefined }] },
  };
  expect(showStatus(status)).toBe(`  ROUTER      BGP ESTABLISHED        PROGRAMS
* tokyo-1     2 of 2                 bgpd serf
  virginia-1  0 of 1 (not: tokyo-1)  nothing runs
virginia: no router has the routes
`);
});
