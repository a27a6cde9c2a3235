/** Which stacks go and which are deployed, and in which order. Pure. */

import { idText } from '#topology/created-ids.ts';
import { valueText } from '#topology/edits/edit-text.ts';
import { someOf } from '#topology/some-of.ts';
import { isCreated } from '../../created/created-sites.ts';
import { trafficWarnings } from '../../destroy/warnings.ts';
import { shellWord } from '../../output/shell-word.ts';
import { listed } from '../../push/steps.ts';
import { deployedAsTopology } from '../deployed-as-topology.ts';
import type { FormerSite, SiteSituation, Situation } from '../situation.ts';
import { editsAt, editsOf } from './edits-at.ts';
import type { Step } from './step.ts';

/**
 * A controller ends before its successor is deployed, site by site: two of them on the same route tables are refused. Sites that have no
 * controller come first, among them one whose rollout was interrupted in between. Sites that only change come last, one by one: what is
 * wrong with a deployment is found at the first of them, and the others keep the failover that they have. Sites with created routers refer
 * to each other's addresses and APIs, so that `cdk deploy` of one includes the functions of all: they change together.
 */
export function deploymentSteps(situation: Situation): Step[] {
  const { sites, former } = situation;
  const due = sites.filter(needsDeployment);
  const successors = due.filter((each) => each.former !== undefined);
  const others = due.filter((each) => each.former === undefined);
  const absent = others.filter(isAbsent);
  const changing = others.filter((each) => !isAbsent(each));
  const created = changing.filter(hasCreated);
  const isNewCreated = absent.some(hasCreated);
  // A successor that is deployed already does not end the controller whose routes it has taken.
  const ended = former.filter(({ successor }) => !successors.some(({ site }) => site.name === successor));
  return [
    ...deploySteps(isNewCreated ? [...absent, ...created] : absent, situation),
    ...successors.flatMap((each) => [...destroySteps(each.former, situation), ...deploySteps([each], situation)]),
    ...ended.flatMap((each) => destroySteps(each, situation)),
    ...deploySteps(isNewCreated ? [] : created, situation),
    ...changing.filter((each) => !hasCreated(each)).flatMap((each) => deploySteps([each], situation)),
  ];
}

/** Its routers have stacks of their own, to which no other stack refers: `cdk deploy` of another site leaves them as they are. */
function hasCreated({ site }: SiteSituation): boolean {
  return isCreated(site);
}

function isAbsent({ deployment }: SiteSituation): boolean {
  return deployment === 'absent';
}

export function needsDeployment({ deployment, otherVersion }: SiteSituation): boolean {
  return deployment !== 'current' || otherVersion !== undefined;
}

function destroySteps(former: FormerSite | undefined, situation: Situation): Step[] {
  if (former === undefined) return [];
  const { deployed, stack, successor } = former;
  const { name, region } = deployed.site;
  return [
    {
      kind: 'destroy',
      site: name,
      former,
      says: `pause ${name} and delete its stack ${stack} in ${region}`,
      command: `vyos-failover destroy FORMER_FILE --site ${name}`,
      costs: successor === undefined ? removalCosts(former, situation) : gapCosts(name, successor),
    },
  ];
}

function gapCosts(name: string, successor: string): string[] {
  return [
    `${name} has no automatic failover until ${successor} is deployed and both routers report to it: about 10 minutes. If the owner fails meanwhile, its traffic is lost until an operator moves the routes.`,
    `The topic of ${name} ends with its subscriptions: subscribe again to that of ${successor}. The history of ${name} stays in its table.`,
  ];
}

function removalCosts({ deployed }: FormerSite, { topology }: Situation): string[] {
  const earlier = deployedAsTopology(deployed);
  const [lost = ''] = trafficWarnings(earlier, [deployed.site]);
  const others = topology.sites.map(({ name }) => name);
  return [
    lost,
    `The routes to ${someOf(deployed.site.frontSubnets)} at ${someOf(others)} stay as they are and are no longer moved: delete them.`,
  ];
}

function deploySteps(sites: readonly SiteSituation[], situation: Situation): Step[] {
  if (sites.length === 0) return [];
  const names = sites.map(({ site }) => site.name);
  // With its site's functions, a router's stack has to get the keys, addresses and programs that the file now states.
  const companions = sites.some(hasCreated)
    ? situation.sites.filter((each) => hasCreated(each) && !isAbsent(each) && !sites.includes(each))
    : [];
  const stacks = [...sites, ...companions].flatMap((each) => each.stacks);
  return [
    {
      kind: 'deploy',
      sites: names,
      stacks,
      says: `deploy ${listed(names)}`,
      command: `npx cdk deploy ${stacks.join(' ')} -c topology=${shellWord(situation.file)}`,
      costs: sites.flatMap((each) => deploymentCosts(each, situation)),
    },
  ];
}

function deploymentCosts({ site, otherVersion }: SiteSituation, { edits }: Situation): string[] {
  const { name } = site;
  const renamed = editsAt(name, edits, ['router-renamed']);
  const removed = editsAt(name, edits, ['destination-removed', 'table-removed']);
  const mode = editsOf(edits, ['value-changed']).find(
    ({ key, place }) => key === 'policy.mode' && place.of === 'site' && place.site === name,
  );
  return [
    ...(otherVersion === undefined ? [] : [`${name}: functions of version ${otherVersion} are replaced.`]),
    ...renamed.map(
      ({ router }) =>
        `${name}: reports of ${router} are rejected (400) until the programs of both routers have the new name; until then only EC2 and the health probe detect its failure.`,
    ),
    ...removed.map((edit) => {
      const table = idText(edit.table);
      const what = edit.kind === 'table-removed' ? table : `${edit.destination} in ${table}`;
      return `${name}: the routes of ${what} stay as they are and are no longer moved.`;
    }),
    ...(mode === undefined || mode.to === 'automatic'
      ? []
      : [`${name}: no automatic failover from then on (mode: ${valueText(mode.to)}).`]),
    ...(mode?.to === 'automatic' ? [`${name}: routes move automatically from then on.`] : []),
  ];
}
