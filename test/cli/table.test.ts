import { beforeEach, describe, expect, test } from 'vitest';
import { renderTable } from '#cli/output/table.ts';
import { AskedSite } from './asked-site.ts';

const HEAD = ['TIME', 'OUTCOME', 'DESCRIPTION'];
const ROWS = [
  ['2026-11-23 03:00:00Z', 'swapped', 'EC2 reports that tokyo-1 is stopped; tokyo-2 is fit and takes the routes.'],
  ['2026-11-23 02:00:00Z', 'noted', 'ann@desk paused tokyo.'],
];

describe('a table', () => {
  test('has any width in a pipe', () => {
    expect(renderTable(HEAD, ROWS).split('\n')).toHaveLength(3);
  });

  test('wraps its wide column in a terminal, and keeps times and ids on one line', () => {
    expect(renderTable(HEAD, ROWS, 72)).toBe(
      [
        'TIME                  OUTCOME  DESCRIPTION',
        '2026-11-23 03:00:00Z  swapped  EC2 reports that tokyo-1 is stopped;',
        '                               tokyo-2 is fit and takes the routes.',
        '2026-11-23 02:00:00Z  noted    ann@desk paused tokyo.',
      ].join('\n'),
    );
  });

  test('keeps indents and numbers aligned to the right, and wrapped lines have the indent of their cell', () => {
    const rows = [
      ['  BFD and BGP of the pair, in two zones', '     0.19'],
      ['= traffic without users', '    12.74'],
    ];
    expect(renderTable(['ITEM', '$ A MONTH'], rows)).toBe(
      [
        'ITEM                                     $ A MONTH',
        '  BFD and BGP of the pair, in two zones       0.19',
        '= traffic without users                      12.74',
      ].join('\n'),
    );
    expect(renderTable(['ITEM', '$ A MONTH'], rows, 40)).toBe(
      [
        'ITEM                           $ A MONTH',
        '  BFD and BGP of the pair, in       0.19',
        '  two zones',
        '= traffic without users            12.74',
      ].join('\n'),
    );
    expect(renderTable(['ITEM', '$ A MONTH'], rows, 30)).toContain('$ A MONTH  0.19');
  });

  test('becomes a block of lines for each row in a terminal of 40 columns', () => {
    expect(renderTable(HEAD, ROWS, 40)).toBe(
      [
        'TIME         2026-11-23 03:00:00Z',
        'OUTCOME      swapped',
        'DESCRIPTION  EC2 reports that tokyo-1 is',
        '             stopped; tokyo-2 is fit and',
        '             takes the routes.',
        '',
        'TIME         2026-11-23 02:00:00Z',
        'OUTCOME      noted',
        'DESCRIPTION  ann@desk paused tokyo.',
      ].join('\n'),
    );
  });

  test('does not break an id that is wider than its column', () => {
    const id = 'vyos-failover-tokyo-virginia--tokyo--route-swap';
    expect(renderTable(['NAME', 'WHY'], [[id, 'it does not exist in this Region']], 60)).toContain(id);
  });
});

describe('a terminal of 40 columns', () => {
  let site: AskedSite;
  beforeEach(() => {
    site = new AskedSite();
  });

  test.each([[['history', 'tokyo']], [['topology', 'validate']]])(
    'shows %j without a line that is cut',
    async (line) => {
      await site.run(['pause', 'tokyo', '--for', '30m', '--reason', 'game day', '--yes']);
      const { stdout } = await site.run(line, {
        terminal: true,
        columns: 40,
        env: { NO_COLOR: '1', VYOS_FAILOVER_TOPOLOGY: 'tokyo-virginia.yaml' },
      });
      const tables = stdout.split('\n').filter((text) => /^[A-Z ]+ {2}\S/.test(text));
      expect(tables.length).toBeGreaterThan(5);
      expect(tables.filter((text) => text.length > 40)).toEqual([]);
    },
  );
});
