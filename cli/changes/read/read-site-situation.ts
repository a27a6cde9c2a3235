import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import type { SiteStatus } from '#contracts/site-status.ts';
import { managedRoutesOf } from '#failover/site.ts';
import { MODEL_OUTPUT, modelDigest } from '#infra/deployed-metadata.ts';
import { namesOf, routerStackName } from '#infra/names.ts';
import { isCreatedId } from '#topology/created-ids.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { Cli } from '../../cli.ts';
import { createdRouters, isCreated } from '../../created/created-sites.ts';
import { explainingEc2Faults } from '../../created/explaining-stack-faults.ts';
import { describe, isUnderWay } from '../../created/stack-ended.ts';
import { siteObstacles, unfitness } from '../../upgrade/gate.ts';
import { whyUnusable } from '../../upgrade/upgrade-state.ts';
import { routerMatches } from '../router-matches.ts';
import { ENDING, type RouterSituation, type SiteSituation } from '../situation.ts';
import { readRouters } from './read-routers.ts';
import { readStatusOrNote } from './read-status.ts';
import type { SiteFacts } from './site-facts.ts';

export async function readSiteSituation(facts: SiteFacts, cli: Cli): Promise<SiteSituation> {
  const { described, site, deployed, former, edits } = facts;
  const stacks = stacksOf(described, site);
  const { missing, unusable, deployedAt, models } = await readStacks(stacks, described, site, cli);
  const isEqual = !edits.some(({ at }) => at.includes(site.name)) && !missing;
  const behind =
    isEqual && versionIn(deployed) === PRODUCT_VERSION ? otherThan(modelDigest(described, site), models) : [];
  const isSame = isEqual && behind.length === 0;
  const deployment = deployed.kind !== 'deployed' ? deployed.kind : isSame ? 'current' : 'different';
  const status = await readStatusOrNote(facts, cli);
  const routes = await readRoutes(facts, cli);
  return {
    site: siteWithIds(facts),
    deployment,
    deployedAt,
    otherVersion: versionIn(deployed) === PRODUCT_VERSION ? undefined : versionIn(deployed),
    behind,
    unusable: [...unusable, ...incomparable(facts, status)],
    stacks,
    former,
    owner: status?.owner,
    obstacles: status === undefined ? [] : obstaclesIn(status),
    unfit: unfitIn(status, deployed.kind),
    ...routes,
    routers: await readRouters(facts, { deployment, status, names: deployedNames(facts) }, cli),
  };
}

/** Undefined: not known. */
function versionIn(deployed: SiteFacts['deployed']): string | undefined {
  return deployed.kind === 'deployed' ? deployed.model.version : undefined;
}

function otherThan(model: string, models: StacksRead['models']): string[] {
  return [...models].filter(([, made]) => made !== model).map(([stack]) => stack);
}

/** The names of a site's stacks in the order of their deployment. */
function stacksOf(topology: Topology, site: Site): string[] {
  const { stack, addressesStack } = namesOf(topology, site);
  const routers = createdRouters(site).map(({ name }) => routerStackName(topology, site, name));
  return [...(isCreated(site) ? [addressesStack] : []), stack, ...routers];
}

interface StacksRead extends Pick<SiteSituation, 'unusable' | 'deployedAt'> {
  /** One does not exist. */
  readonly missing: boolean;
  /** Digests of what the routers' stacks were made from, by name; none of an earlier version. */
  readonly models: ReadonlyMap<string, string>;
}

async function readStacks(names: readonly string[], topology: Topology, site: Site, cli: Cli): Promise<StacksRead> {
  const { region } = site;
  const stacks = await Promise.all(names.map((name) => describe({ region, name }, cli)));
  const unusable = names.flatMap((name, index) => {
    const stack = stacks[index];
    if (stack === undefined) return [];
    if (isUnderWay(stack))
      return [`An operation of the stack ${name} in ${region} is under way (${stack.status}): wait for its end.`];
    if (!/^(UPDATE_ROLLBACK|DELETE)_FAILED$/.test(stack.status)) return [];
    return [
      `Not possible: ${whyUnusable({ where: { region, name }, stack, instance: undefined }, cli.environment.nextCommand)}`,
    ];
  });
  const deployedAt = stacks[names.indexOf(namesOf(topology, site).stack)]?.changedAt;
  const models = names.flatMap((name, index) => {
    const model = stacks[index]?.outputs[MODEL_OUTPUT];
    return model === undefined ? [] : [[name, model] as const];
  });
  return { missing: stacks.includes(undefined), unusable, deployedAt, models: new Map(models) };
}

function obstaclesIn(status: SiteStatus): string[] {
  return siteObstacles(status, status.seen.stored.pause?.reason === ENDING ? ['paused'] : []);
}

/** What does not answer is not proven fit. */
function unfitIn(status: SiteStatus | undefined, deployed: SiteFacts['deployed']['kind']): string[] {
  if (status === undefined)
    return deployed === 'absent'
      ? []
      : ['its functions do not answer, so that it is not known whether its routers are fit'];
  const { active, standby } = status.seen.site.routers;
  return [active, standby].flatMap(({ name }) => unfitness(status, name));
}

/**
 * Why a deployment that states no topology must not be replaced by that of the file. The new functions know no former interfaces: routes
 * that point at one would be foreign, and failover would be off.
 */
function incomparable(facts: SiteFacts, status: SiteStatus | undefined): string[] {
  const { deployed } = facts;
  if (deployed.kind !== 'unknown') return [];
  if (deployed.isLater === true) return [`${deployed.says}: ${deployed.hint}.`];
  const { active, standby } = siteWithIds(facts).routers;
  const wanted = [active, standby];
  const known = Object.values(status?.seen.site.routers ?? {});
  const isOther = known.some(
    ({ eni, instance }) => !wanted.some((each) => each.eni === eni && each.instance === instance),
  );
  if (!isOther || wanted.some(({ eni }) => isCreatedId(eni))) return [];
  return [
    `${deployed.says}, and its functions know ${known.map(({ name, eni }) => `${name} as ${eni}`).join(' and ')}, which the file does not have. Deploy the former interfaces and instances with this version first, then change them.`,
  ];
}

/** The deployed name of each router, by the name in the file. */
function deployedNames({ described, site, model }: SiteFacts): ReadonlyMap<string, RouterSituation['deployedName']> {
  if (model === undefined) return new Map();
  return new Map(routerMatches(model, described, site).map(({ before, after }) => [after.name, before.name] as const));
}

/** EC2 is asked about tables whose routes an operator creates, and about marks of other controllers. */
async function readRoutes(
  { topology, site }: SiteFacts,
  cli: Cli,
): Promise<Pick<SiteSituation, 'missingRoutes' | 'otherControllers'>> {
  const found = topology.sites.find(({ name }) => name === site.name) ?? site;
  const routes = managedRoutesOf(found).filter(({ table }) => !isCreatedId(table));
  if (routes.length === 0) return { missingRoutes: [], otherControllers: [] };
  const facts = await explainingEc2Faults(site.region, cli, () =>
    cli.environment.cloud.describeRoutes(site.region, routes),
  );
  const own = namesOf(topology, site).stack;
  const others = new Map(
    facts.flatMap(({ table, controller }) =>
      controller === undefined || controller === own ? [] : [[table, { table, stack: controller }] as const],
    ),
  );
  return {
    missingRoutes: facts.flatMap(({ table, destination, state }) =>
      state === 'missing' ? [{ table, destination }] : [],
    ),
    otherControllers: [...others.values()],
  };
}

function siteWithIds({ topology, site }: SiteFacts): Site {
  return topology.sites.find(({ name }) => name === site.name) ?? site;
}
