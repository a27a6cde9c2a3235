/** What cannot be done in one go, or must not be done now, with what to do instead. Pure. */
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import type { EditKind } from '#topology/edits/edit.ts';
import { valueText } from '#topology/edits/edit-text.ts';
import { isCreated } from '../../created/created-sites.ts';
import { commandText } from '../../output/next-command.ts';
import { listed } from '../../push/steps.ts';
import { routersOf } from '../../require-name.ts';
import type { SiteSituation, Situation } from '../situation.ts';
import { isReplaced } from './before-deployment.ts';
import { needsDeployment } from './deployment.ts';
import { editsAt, editsOf } from './edits-at.ts';
import { impossiblePushes } from './impossible-pushes.ts';

/** Sentences; empty: nothing prevents the plan. */
export function refusalsOf(situation: Situation): string[] {
  const { sites, edits } = situation;
  return [
    ...createdNames(situation),
    ...exchangedNames(situation),
    ...situation.unknownControllers,
    ...sites.flatMap((of) => [
      ...creationChanges(of, situation),
      ...bothReplaced(of, situation),
      ...replacedUnderAnotherName(of, situation),
      ...replacedWithoutOwner(of, situation),
      ...otherControllers(of, situation),
      ...laterVersion(of),
      ...of.unusable,
    ]),
    ...impossiblePushes(situation),
    ...(edits.length === 0 && sites.every((of) => !needsDeployment(of)) ? [] : sites.flatMap(work)),
  ];
}

/** What the deployment creates is created anew under another name: interfaces, Elastic IPs, VPC. */
function createdNames({ sites, edits, former }: Situation): string[] {
  const isOfDeployment = (site: string) =>
    sites.some((of) => of.site.name === site && isCreated(of.site)) ||
    former.some(({ successor, deployed }) => successor === site && isCreated(deployed.site));
  const anew = 'would be created anew, with other Elastic IPs, while the old ones exist';
  return [
    ...editsOf(edits, ['topology-renamed']).flatMap(({ from, to }) =>
      sites.some(({ site }) => isCreated(site))
        ? [
            `The topology ${from} is renamed to ${to}: what it creates ${anew}. Keep the name, or run vyos-failover destroy with the former file first; its traffic ends.`,
          ]
        : [],
    ),
    ...editsOf(edits, ['site-renamed'])
      .filter(({ site }) => isOfDeployment(site))
      .map(({ from, site }) => `The site ${from} is renamed to ${site}: its VPC or routers ${anew}. Keep the name.`),
    ...editsOf(edits, ['region-changed'])
      .filter(({ site }) => isOfDeployment(site))
      .map(
        ({ site, from, to }) =>
          `The Region of ${site} changes from ${from} to ${to}: its VPC or routers ${anew}. Add a site with another name in ${to}, and remove ${site} afterwards.`,
      ),
    ...editsOf(edits, ['router-renamed'])
      .filter(({ site, router }) => isCreatedRouter(site, router, sites))
      .map(
        ({ from, router }) =>
          `The router ${from} is renamed to ${router}: the deployment identifies what it creates by the name, and its interface would be created a second time with the same address. Keep the name.`,
      ),
  ];
}

function isCreatedRouter(site: string, router: string, sites: Situation['sites']): boolean {
  const of = sites.find((each) => each.site.name === site);
  return of !== undefined && routersOf(of.site).some(({ name, creation }) => name === router && creation !== undefined);
}

/** A stack with the new name exists, and is another site's: its own model has the other site. */
function exchangedNames({ sites, edits }: Situation): string[] {
  return edits.flatMap(({ edit, at }) => {
    if (edit.kind !== 'site-renamed' || !at.includes(edit.site)) return [];
    const of = sites.find(({ site }) => site.name === edit.site);
    if (of === undefined || of.deployment === 'absent') return [];
    return [
      `The site ${edit.from} is renamed to ${edit.site}, and ${edit.site} is deployed as another site. Give it a name that is not used yet.`,
    ];
  });
}

const NEVER_IN_PLACE = /^(address|subnet|creation\.(subnetId|zone|createRole))$/;

/** CloudFormation begins with the new interface, whose address the old one has. */
function creationChanges({ site }: SiteSituation, { edits }: Situation): string[] {
  const { name } = site;
  const values = editsAt(name, edits, ['value-changed']);
  return [
    ...editsAt(name, edits, ['creation-changed']).map(({ router, created }) =>
      created
        ? `${router} exists, and the file lets the deployment create it. Keep its instance and eni, or remove the site, deploy, and add it again.`
        : `The deployment created ${router}, and the file has an instance and an eni of it: its stacks would delete it. Remove the site, deploy, and add it again.`,
    ),
    ...values.flatMap(({ key, place, from, to }) =>
      place.of === 'router' &&
      NEVER_IN_PLACE.test(key) &&
      isCreatedRouter(name, place.router, [{ site } as SiteSituation])
        ? [
            `${key} of ${place.router} changes from ${valueText(from)} to ${valueText(to)}: CloudFormation cannot replace the interface of a created router. Keep the value, or remove the site, deploy, and add it again.`,
          ]
        : [],
    ),
    ...(site.vpc.create && values.some(({ key, place }) => place.of === 'site' && key === 'vpc.cidrs')
      ? vpcChange(name)
      : []),
  ];
}

function vpcChange(name: string): string[] {
  return [
    `The CIDR blocks of the created VPC of ${name} change. The first one cannot be replaced: keep it, and only append blocks with cidrs.`,
  ];
}

const REPLACED = ['interface-replaced', 'instance-replaced'] as const satisfies readonly EditKind[];

/** One router must carry the traffic while the other one is replaced. */
function bothReplaced({ site, deployment }: SiteSituation, { edits }: Situation): string[] {
  const routers = new Set(editsAt(site.name, edits, REPLACED).map(({ router }) => router));
  if (routers.size < 2 || deployment === 'absent') return [];
  return [
    `Both routers of ${site.name} are replaced, and none could carry the traffic meanwhile. Change ${listed([...routers])} one after the other: the standby first, then rollout, then the other one.`,
  ];
}

/** A controller under another name has a new table, which knows no former interfaces: routes that point at one would be foreign. */
function replacedUnderAnotherName({ site, former }: SiteSituation, { edits }: Situation): string[] {
  const [first] = editsAt(site.name, edits, REPLACED);
  if (former === undefined || former.deployed.site.region !== site.region || first === undefined) return [];
  return [
    `${former.deployed.site.name} is deployed under another name, and ${first.router} is replaced. Change one of them, rollout, then the other one.`,
  ];
}

/** The owner is moved away from first, which is not possible if it is not known. */
function replacedWithoutOwner({ site, owner, deployment }: SiteSituation, { edits, file }: Situation): string[] {
  const router = routersOf(site).find(({ name }) => isReplaced(name, site.name, edits));
  if (router === undefined || owner !== undefined || deployment === 'absent') return [];
  return [
    `${router.name} is replaced, and it is not known which router of ${site.name} carries its traffic: ${commandText(['status', site.name, '--topology', file])} shows why.`,
  ];
}

function otherControllers({ site, otherControllers: others, former }: SiteSituation, situation: Situation): string[] {
  const ending = situation.former.map(({ stack }) => stack);
  return others
    .filter(({ stack }) => stack !== former?.stack && !ending.includes(stack))
    .map(
      ({ table, stack }) =>
        `The routes of ${table} (${site.name}) are moved by the stack ${stack}, which the file does not replace. If the table moves from a site of this file to another, remove it from the one, roll out, and then add it to the other. Otherwise remove it from the file, or end that stack with its own topology file.`,
    );
}

/** An earlier version may not know what the later one deployed. */
function laterVersion({ site, otherVersion }: SiteSituation): string[] {
  if (otherVersion === undefined || !isLater(otherVersion, PRODUCT_VERSION)) return [];
  return [
    `${site.name} was deployed by version ${otherVersion} of vyos-failover, and this is version ${PRODUCT_VERSION}: use the later one.`,
  ];
}

function isLater(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) > 0;
}

/** A failover has priority over all work. */
function work({ site, obstacles }: SiteSituation): string[] {
  return obstacles.length === 0 ? [] : [`Not now: ${site.name}: ${obstacles.join('; ')}.`];
}
