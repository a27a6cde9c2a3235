/** `npx vitest run test/infra/cost-docs.test.ts -u` writes the table of docs/cost.md again. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { costOfTopology } from '#cli/cost/cost-of-topology.ts';
import { coloursFor } from '#cli/output/colours.ts';
import { type CostView, costView, showCost } from '#cli/views/cost-view.ts';
import { loaded } from '../stacks/site-under-test.ts';
import { synthesizedTemplates } from '../stacks/synthesized.ts';

const EXAMPLE = 'examples/tokyo-virginia.yaml';
const plain = coloursFor({ write: () => true }, {}, false);
const PAGE = 'docs/cost.md';
const BLOCK = /(<!-- cost: .* -->\n\n```text\n)[\s\S]*?(```\n)/;
/** Dollars a month and site that vyos-failover adds at most, without a dashboard: by default only free ones are made. */
const TARGET = 6;

function withoutDashboard({ items }: CostView['sites'][number]): number {
  const ours = items.filter(({ share, what }) => share === 'ours' && what !== 'dashboards');
  return ours.reduce((sum, { usd }) => sum + (usd ?? 0), 0);
}

let view: CostView;
beforeAll(async () => {
  const topology = loaded(readFileSync(EXAMPLE, 'utf8'), EXAMPLE);
  view = costView(topology.name, costOfTopology(topology, await synthesizedTemplates(EXAMPLE)));
});

it('docs/cost.md has the output of the command for the example', async () => {
  const page = readFileSync(PAGE, 'utf8');
  expect(page).toMatch(BLOCK);
  await expect(
    page.replace(BLOCK, (_, begin: string, end: string) => begin + showCost(view, plain) + end),
  ).toMatchFileSnapshot(`../../${PAGE}`);
});

it('README states what vyos-failover adds at the dearest site without its dashboard, in whole dollars, and that is within the target', () => {
  const dearest = Math.max(...view.sites.map(withoutDashboard));
  expect(dearest).toBeLessThanOrEqual(TARGET);
  const stated = /A site costs about \$(?<usd>\d+) a month,\nand \$3 for its dashboard/.exec(
    readFileSync('README.md', 'utf8'),
  )?.groups?.['usd'];
  expect(Number(stated)).toBe(Math.ceil(dearest));
});
