import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import { situation } from '../failover/situation.ts';
import { CONTACT_MINUTES, type LivenessRow, ROWS } from './liveness-rows.ts';

const PAGE = 'docs/liveness.md';

const shown = ({ within }: LivenessRow) => {
  if (within === 'stay') return 'routes stay';
  if (within === 'never') return 'not until one is fit';
  const seconds = within.ms / 1000;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.ceil(seconds)} s`;
};
const basis = ({ within }: LivenessRow) => (typeof within === 'string' ? '' : within.is);

const table = [
  '| Failure | Detected by | How | Routes move within | Consists of |',
  '|---|---|---|---|---|',
  ...ROWS.map((row) => `| ${row.failure} | ${row.who} | ${row.how} | ${shown(row)} | ${basis(row)} |`),
].join('\n');

describe('docs/liveness.md', () => {
  it('has the table that follows from the constants of the code', () => {
    const [, found = ''] = /<!-- table -->\n([\s\S]*?)\n<!-- end -->/.exec(readFileSync(PAGE, 'utf8')) ?? [];
    expect(found).toBe(table);
  });

  it('states after how many minutes without a contact a site is not ready', () => {
    expect(readFileSync(PAGE, 'utf8')).toContain(`older than ${CONTACT_MINUTES} minutes`);
  });

  it.each(ROWS.filter(({ within }) => typeof within !== 'string'))(
    '$failure: the rules move the routes',
    ({ observation }) => {
      expect(decide(situation(observation))).toMatchObject({ kind: 'swap', target: { name: 'tokyo-2' } });
    },
  );

  it.each(ROWS.filter(({ within }) => typeof within === 'string'))('$failure: routes stay', ({ observation }) => {
    expect(decide(situation(observation)).kind).not.toBe('swap');
  });

  it('routes never move only if no router is fit', () => {
    for (const { observation } of ROWS.filter(({ within }) => within === 'never')) {
      expect(decide(situation(observation))).toMatchObject({ reason: 'both-unfit' });
    }
  });
});
