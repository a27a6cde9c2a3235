import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coloursFor } from '#cli/output/colours.ts';
import { commandText } from '#cli/output/next-command.ts';
import { explainView, showExplanation } from '#cli/views/explain-view.ts';
import { showSite } from '#cli/views/show-site.ts';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { SiteStatus } from '#contracts/site-status.ts';
import { decideOn } from '#failover/decision.ts';
import { DIAGNOSES, type DiagnosisKind, diagnose } from '#failover/diagnosis.ts';
import { type Observation, ownerOf } from '#failover/observation.ts';
import { managedSite } from '#failover/site.ts';
import { observationAsSent } from '#functions/route-swap/observation-as-sent.ts';
import { loadTopology } from '#topology/load.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { LIKE } from '../failover/like-diagnosis.ts';
import { SITE, situation } from '../failover/situation.ts';
import { examplesFolder } from './command-line.ts';

/** Diagnoses of a report or a request. `status` asks as the probe does, and never shows them. */
const OF_A_TRIGGER: ReadonlySet<DiagnosisKind> = new Set([
  'OwnerReportedFailed',
  'OwnerLeft',
  'OwnerDisputed',
  'MoveRequested',
  'NothingAtSubject',
]);
const SHOWN = DIAGNOSES.filter((kind) => !OF_A_TRIGGER.has(kind));

const INTRODUCTION = `# What the commands show for each diagnosis

The output of \`vyos-failover status\` and, below it, the decision that \`vyos-failover explain\` adds, for each diagnosis that \`status\` can show.
[failure-diagnoses.md](failure-diagnoses.md) states what each means and what to do. The other diagnoses are of one report or request
(${[...OF_A_TRIGGER].map((kind) => `\`${kind}\``).join(', ')}): \`history\` shows them.

<!-- written by test/cli/diagnosis-examples.test.ts: npx vitest run test/cli/diagnosis-examples.test.ts -u -->
`;

const plain = coloursFor({ write: () => true }, {}, false);
let topology: Topology;
let site: Site;
beforeAll(() => {
  const loaded = loadTopology(readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8'), 'tokyo-virginia.yaml');
  if (loaded.topology?.sites[0] === undefined) throw new Error('the example has mistakes');
  ({ topology } = loaded);
  [site] = topology.sites as [Site];
});

/** The site of the observations, with the ids of the example's topology. */
function withIdsOfTheExample(observation: Observation): Observation {
  const deployed = managedSite(topology, site, bgpNeighbors(topology));
  const ids: readonly (readonly [string, string])[] = [
    [SITE.routers.active.eni, deployed.routers.active.eni],
    [SITE.routers.standby.eni, deployed.routers.standby.eni],
    [SITE.routers.active.instance, deployed.routers.active.instance ?? ''],
    [SITE.routers.standby.instance, deployed.routers.standby.instance ?? ''],
    ...SITE.routes.map(({ table }, at) => [table, deployed.routes[at]?.table ?? ''] as const),
  ];
  const text = ids.reduce((json, [from, to]) => json.replaceAll(from, to), JSON.stringify(observation));
  const { site: like, ...known } = JSON.parse(text) as Observation;
  const { active, standby } = deployed.routers;
  const routers = { active: { ...active, ...like.routers.active, bgp: active.bgp }, standby };
  const reported = Object.entries(known.routers).map(([name, facts]) => [
    name,
    { ...facts, contactAt: known.at - 12_000 },
  ]);
  return {
    ...known,
    routers: Object.fromEntries(reported) as Observation['routers'],
    site: { ...deployed, policy: { ...deployed.policy, evacuate: like.policy.evacuate }, routers },
  };
}

function statusOf(kind: DiagnosisKind): SiteStatus {
  const known = withIdsOfTheExample(situation({ ...LIKE[kind], trigger: { kind: 'probe', id: 'status' } }));
  const diagnosis = diagnose(known);
  const sent = {
    version: PRODUCT_VERSION,
    seen: observationAsSent(known),
    owner: ownerOf(known)?.name,
    diagnosis,
    decision: decideOn(diagnosis, known),
  };
  return SiteStatus.parse(JSON.parse(JSON.stringify(sent)));
}

/** The part of `explain` that `status` does not show. */
function decisionIn(explanation: string): string {
  return explanation.slice(explanation.indexOf('Decision\n'), explanation.indexOf('If it happened now')).trimEnd();
}

describe('docs/diagnosis-examples.md', () => {
  test('shows what the commands print now, for each diagnosis that status can show', async () => {
    const sections = SHOWN.map((kind) => {
      const status = statusOf(kind);
      expect(status.diagnosis.kind).toBe(kind);
      const view = explainView({ topology, site }, status, [], (...words) => commandText(words));
      const explanation = showExplanation(view, plain);
      return `## ${kind}\n\n\`\`\`text\n${showSite(view.site, plain)}\n\n${decisionIn(explanation)}\n\`\`\`\n`;
    });
    const page = [INTRODUCTION, ...sections].join('\n');
    await expect(page).toMatchFileSnapshot('../../docs/diagnosis-examples.md');
  });
});
