/** What reaches the routers after the deployment: programs, configuration, images. Pure. */

import { valueText } from '#topology/edits/edit-text.ts';
import { commandText } from '../../output/next-command.ts';
import { listed } from '../../push/steps.ts';
import type { RouterSituation, SiteSituation, Situation } from '../situation.ts';
import { needsDeployment } from './deployment.ts';
import { editsAt, editsOf } from './edits-at.ts';
import type { Step } from './step.ts';

/** Existing routers of which nothing was ever read: their first bundle brings the SSM agent, by which all later ones come. */
export function firstBundleSteps({ sites, file }: Situation): Step[] {
  return sites.flatMap(({ site, deployment, former, routers }): Step[] => {
    const isFirst = deployment === 'absent' && former === undefined;
    const first = routers
      .filter(({ instance, isKnown, configuration }) => {
        return instance === undefined && (isFirst || (!isKnown && configuration === 'unknown' && former === undefined));
      })
      .map(({ name }) => name);
    if (first.length === 0 || deployment === 'unknown') return [];
    return [
      {
        kind: 'bundle',
        site: site.name,
        routers: first,
        says: `install the first bundle on ${first.join(' and ')}: it brings the SSM agent`,
        command: first
          .map((name) => {
            const to = ['--router', name, '-o', `bundle/${name}`];
            return commandText([
              'router',
              'bundle',
              file,
              ...to,
              '--api-url',
              'URL',
              '--agent',
              'amazon-ssm-agent.deb',
            ]);
          })
          .join('\n'),
        costs: [`${site.name} is degraded until both routers have their bundle and their configuration.`],
      },
    ];
  });
}

export function installSteps({ sites, file }: Situation): Step[] {
  return sites.flatMap((of): Step[] => {
    const { site } = of;
    const due = of.routers.filter((router) => needsPrograms(router, of)).map(({ name }) => name);
    if (due.length === 0) return [];
    return [
      {
        kind: 'install',
        site: site.name,
        routers: due,
        says: `install the deployed programs on ${inOrder(due, 'the standby first')}`,
        command: commandText(['router', 'install', site.name, '--topology', file]),
        costs: ['The detectors of a router start again: for some seconds it reports nothing.'],
      },
    ];
  });
}

/** One router has no order. */
function inOrder(routers: readonly string[], order: string): string {
  return routers.length === 1 ? listed(routers) : `${listed(routers)}, ${order}`;
}

/** Before the deployment it is predicted; afterwards the router itself states it. */
function needsPrograms({ forecast, programs }: RouterSituation, of: SiteSituation): boolean {
  if (of.deployment === 'absent' && of.former === undefined) return false;
  if (needsDeployment(of))
    return of.otherVersion !== undefined || of.former !== undefined || forecast?.programs !== false;
  return programs === 'other';
}

export function pushSteps(situation: Situation): Step[] {
  const { sites, file } = situation;
  const due = sites.flatMap((of) => of.routers.filter((router) => needsPush(router, of)));
  if (due.length === 0) return [];
  return [
    {
      kind: 'push',
      says: `push the ${due.length === 1 ? 'configuration' : 'configurations'} of ${inOrder(
        due.map(({ name }) => name),
        'the standbys first',
      )}`,
      command: commandText(['config', 'push', file]),
      costs: [...tunnelCosts(due), ...addressNotes(situation)],
    },
  ];
}

function needsPush({ forecast, configuration, instance }: RouterSituation, of: SiteSituation): boolean {
  // A router that the deployment is about to create boots with the configuration of the file.
  if (instance !== undefined && of.deployment === 'absent' && of.former === undefined) return false;
  if (needsDeployment(of)) return forecast === undefined || forecast.commands.length > 0;
  return configuration === 'different';
}

/** Each tunnel once, by both of its ends. */
function tunnelCosts(due: readonly RouterSituation[]): string[] {
  const tunnels = new Set(
    due.flatMap(({ name, forecast }) => (forecast?.tunnels ?? []).map((far) => [name, far].toSorted().join('--'))),
  );
  return [...tunnels].map(
    (tunnel) => `The tunnel ${tunnel} is down until both of its ends have changed: some seconds.`,
  );
}

function addressNotes({ edits }: Situation): string[] {
  return editsOf(edits, ['value-changed']).flatMap(({ key, place, to }) =>
    key === 'publicAddress' && place.of === 'router'
      ? [
          `Associate the Elastic IP ${valueText(to)} with the interface of ${place.router} before: a push whose tunnels do not come up is rolled back.`,
        ]
      : [],
  );
}

export function upgradeSteps({ edits, sites, file }: Situation): Step[] {
  return sites.flatMap((of): Step[] => {
    const { site } = of;
    const launches = editsAt(site.name, edits, ['value-changed']).length > 0 && hasLaunchEdit(of, edits);
    const isDue = of.routers.some(({ instance }) => instance === 'outdated') || launches;
    if (!isDue || of.deployment === 'absent') return [];
    return [
      {
        kind: 'upgrade',
        site: site.name,
        says: `replace the instances of ${site.name}, one after the other`,
        command: commandText(['upgrade', site.name, '--topology', file]),
        costs: [
          `${site.name} has one router while the other one is replaced, some minutes each; one switchover in between.`,
        ],
      },
    ];
  });
}

/** A new image or type is a new launch template, which no running instance gets by itself. */
function hasLaunchEdit({ site, routers }: SiteSituation, edits: Situation['edits']): boolean {
  const isCreated = routers.some(({ instance }) => instance !== undefined);
  const launch = editsAt(site.name, edits, ['value-changed']).some(
    ({ key, place }) => place.of === 'router' && /^creation\.(image|instanceType)/.test(key),
  );
  return isCreated && launch;
}
