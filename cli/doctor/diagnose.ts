import type { RouterExamination } from '#contracts/examination.ts';
import type { Site } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import type { TopologyText } from '../topology-file.ts';
import { type FactsOfSite, readFacts, readSecretFacts, type UnreadSite } from './read-facts.ts';
import { SITE_UNREACHABLE } from './registry.ts';
import { type Diagnosed, runChecks } from './run-checks.ts';
import type { SiteFacts } from './site-facts.ts';

/** A site, what was found, and what it rests on; `facts` undefined: it did not answer. */
export interface DiagnosedSite extends Diagnosed {
  readonly name: string;
  readonly region: string;
  readonly facts: SiteFacts | undefined;
}

/** Examines sites in parallel. A site that does not answer is a finding. */
export async function diagnoseSites(
  read: TopologyText,
  sites: readonly Site[],
  cli: Cli,
): Promise<readonly DiagnosedSite[]> {
  const { topology, text } = read;
  const [secrets, ...found] = await Promise.all([
    readSecretFacts(read, cli),
    ...sites.map((site) => readFacts({ topology, site }, text, cli)),
  ]);
  const examinedRouters = routersIn(found);
  return found.map((each) => {
    const { name, region } = each.siteRef.site;
    if ('says' in each) return { name, region, facts: undefined, ...unreachable(each) };
    const facts = { ...each, secrets, examinedRouters };
    return { name, region, facts, ...runChecks(facts) };
  });
}

function routersIn(found: readonly (FactsOfSite | UnreadSite)[]): Readonly<Record<string, RouterExamination>> {
  const examined = found.flatMap((each) =>
    'says' in each || !each.examination.ok ? [] : Object.entries(each.examination.fact.routers),
  );
  return Object.fromEntries(examined);
}

function unreachable({ siteRef: { site }, says, hint = 'run the command again' }: UnreadSite): Diagnosed {
  const remedy = `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`;
  return { findings: [{ ...SITE_UNREACHABLE, where: site.name, says, remedy }], unchecked: [] };
}
