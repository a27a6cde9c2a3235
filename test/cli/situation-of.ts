import { forecastOf } from '#cli/changes/forecast.ts';
import { routerMatches } from '#cli/changes/router-matches.ts';
import type { FormerSite, RouterSituation, SiteSituation, Situation } from '#cli/changes/situation.ts';
import { createdRouters, isCreated } from '#cli/created/created-sites.ts';
import { routersOf } from '#cli/require-name.ts';
import { managedRoutesOf } from '#failover/site.ts';
import { namesOf, routerStackName } from '#infra/names.ts';
import { withCreatedAddresses } from '#topology/created-ids.ts';
import { type DeployedTopology, deployedTopology } from '#topology/deployed-topology.ts';
import { haveCommonIds } from '#topology/edits/matches.ts';
import { pendingEdits } from '#topology/edits/pending-edits.ts';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';

/**
 * A deployed, healthy topology whose file is edited: keys and routes that are new do not exist yet, and the active routers own the routes.
 */
export function situationOf(beforeText: string, afterText: string): Situation {
  const [before, topology] = [loadedFrom(beforeText), loadedFrom(afterText)];
  const predecessors = new Map(topology.sites.map((site) => [site.name, predecessorOf(site, before, topology)]));
  const models = new Map(
    [...predecessors].flatMap(([name, site]) =>
      site === undefined ? [] : [[name, deployedTopology(before, site)] as const],
    ),
  );
  const former = before.sites.flatMap((site) => formerOf(site, before, topology, predecessors));
  const removals = former
    .filter(({ successor }) => successor === undefined)
    .map(({ deployed: { site } }) => ({
      edit: { kind: 'site-removed', site: site.name, region: site.region } as const,
      at: [site.name],
    }));
  const edits = [...pendingEdits(topology, models), ...removals];
  const keys = new Set(neededSecrets(before).map(({ name }) => name));
  return {
    topology,
    file: 'topology.yaml',
    writtenAt: undefined,
    edits,
    sites: topology.sites.map((site) =>
      siteSituation(site, { before, topology, model: models.get(site.name), former, edits }),
    ),
    former,
    unknownControllers: [],
    missingKeys: neededSecrets(topology).flatMap(({ name }) => (keys.has(name) ? [] : [name])),
  };
}

function predecessorOf(site: Site, { sites }: Topology, topology: Topology): Site | undefined {
  return (
    sites.find((each) => each.name === site.name) ??
    sites.find((each) => haveCommonIds(each, site)) ??
    sites.find(
      (each) => each.asn === site.asn && each.vpc.create && !topology.sites.some(({ name }) => name === each.name),
    )
  );
}

function formerOf(
  site: Site,
  before: Topology,
  topology: Topology,
  predecessors: ReadonlyMap<string, Site | undefined>,
): FormerSite[] {
  const isDescribed = topology.sites.some(
    (each) => before.name === topology.name && each.name === site.name && each.region === site.region,
  );
  if (isDescribed) return [];
  const successor = [...predecessors].find(([, each]) => each === site)?.[0];
  return [{ deployed: deployedTopology(before, site), stack: namesOf(before, site).stack, successor }];
}

interface Around {
  readonly before: Topology;
  readonly topology: Topology;
  readonly model: DeployedTopology | undefined;
  readonly former: readonly FormerSite[];
  readonly edits: Situation['edits'];
}

function siteSituation(site: Site, { before, topology, model, former, edits }: Around): SiteSituation {
  const predecessor = former.find(({ successor }) => successor === site.name);
  const isDifferent = edits.some(({ at }) => at.includes(site.name));
  const known = new Set(model === undefined ? [] : managedRoutesOf(model.site).map((route) => JSON.stringify(route)));
  const { stack, addressesStack } = namesOf(topology, site);
  const routerStacks = createdRouters(site).map(({ name }) => routerStackName(topology, site, name));
  return {
    site,
    deployment: model === undefined || predecessor !== undefined ? 'absent' : isDifferent ? 'different' : 'current',
    deployedAt: undefined,
    otherVersion: undefined,
    behind: [],
    unusable: [],
    stacks: [...(isCreated(site) ? [addressesStack] : []), stack, ...routerStacks],
    former: predecessor,
    owner: model?.site.routers.active.name,
    obstacles: [],
    unfit: [],
    missingRoutes: managedRoutesOf(site).filter((route) => !known.has(JSON.stringify(route))),
    otherControllers: [],
    routers: routersOf(site).map((router): RouterSituation => {
      const match = model && routerMatches(model, topology, site).find(({ after }) => after.name === router.name);
      return {
        name: router.name,
        deployedName: match?.before.name ?? router.name,
        forecast: match && model && forecastOf(model, topology, match),
        attached: before.sites.flatMap(routersOf).find(({ eni }) => eni === router.eni)?.instance,
        programs: 'deployed',
        isKnown: model !== undefined,
        configuration: 'same',
        instance: router.creation === undefined ? undefined : 'current',
      };
    }),
  };
}

function loadedFrom(text: string): Topology {
  const { topology, mistakes } = loadTopology(text, 'topology.yaml');
  if (topology === undefined) throw new Error(renderMistakes(mistakes));
  return withCreatedAddresses(topology);
}
