import type { Colours } from '../output/colours.ts';
import { renderTable } from '../output/table.ts';
import { duration, moment } from '../output/time.ts';
import type { EbgpView, RouterView, SiteView } from './site-view.ts';

/** A site in a screenful: what it is, what stands against it, its routers. */
export function showSite(site: SiteView, colours: Colours): string {
  const { bold, green, yellow } = colours;
  const mark = site.healthy ? green('✓') : yellow('!');
  const isBroken = site.push?.state === 'broken';
  const broken = site.attention.filter((each) => isBroken && each.startsWith(`${site.push?.router} is broken`));
  return [
    `${mark} ${bold(site.name)}  ${site.region}  owner ${site.owner ?? 'nobody alone'}  ${modeOf(site)}`,
    ...broken.map((each) => `  ${yellow('!')} ${each}.`),
    `  ${site.diagnosis.kind}: ${site.diagnosis.says}.`,
    ...(site.mode === 'automatic' ? [] : [`  ${yellow('!')} ${NOTHING_MOVES[site.mode]}.`]),
    ...site.attention
      .filter((each) => !each.startsWith(site.diagnosis.kind) && !broken.includes(each))
      .map((each) => `  ${yellow('!')} ${each}.`),
    ...(site.push?.underWay === true ? [`  a push of ${site.push.by} is under way`] : []),
    ...(site.holdDown === null ? [] : [`  ${holdDownOf(site.holdDown)}`]),
    '',
    indent(renderTable(HEAD, site.routers.map(routerRow))),
  ].join('\n');
}

/** No trouble, so no reason for another exit code; and nothing that anybody should learn in the night. */
const NOTHING_MOVES = {
  observe: 'mode observe: what would be done is told, and nothing moves; a person may, with --override mode-observe',
  off: 'mode off: nothing moves; a person may, with --override mode-off',
};

const HEAD = ['ROUTER', 'ROLE', 'ROUTES', 'INSTANCE', 'CHECKS', 'INTERFACE', 'EBGP', 'REPORTS', 'FIT'];

function routerRow(router: RouterView): string[] {
  return [
    router.name,
    router.role,
    String(router.routes),
    router.instance,
    router.statusChecks,
    router.sourceDestCheck === true ? `${router.interface}, source/dest check on` : router.interface,
    ebgpColumn(router.ebgp),
    router.contactAgeS === null ? 'never yet' : `${duration(router.contactAgeS * 1000)} ago`,
    router.fit ? 'yes' : `no: ${router.unfit.join('; ')}`,
  ];
}

/** What fitness rests on; and what the router has said since, where that is younger and has had its time. */
function ebgpColumn(evidence: readonly EbgpView[]): string {
  const [newest] = evidence;
  if (newest === undefined) return 'nothing known';
  const counting = evidence.find(({ counts }) => counts);
  if (counting === undefined || counting === newest) return ebgpOf(newest);
  return `${ebgpOf(counting)} (${ebgpOf(newest)}: counts no more)`;
}

/** `2/2, by the probe 21 s ago`; `2/2, 1 with prefixes, …` where the two differ. */
export function ebgpOf({ established, configured, receiving, unreadable, by, ageS }: EbgpView): string {
  const without = receiving === established ? '' : `, ${receiving} with prefixes`;
  const unknown = unreadable === 0 ? '' : `, ${unreadable} unknown`;
  return `${established}/${configured}${without}${unknown}, by ${by === 'itself' ? 'itself' : 'the probe'} ${duration(ageS * 1000)} ago`;
}

function modeOf({ mode, prefer }: SiteView): string {
  return `mode ${mode}, prefer ${prefer}`;
}

function holdDownOf({ until, leftS }: { readonly until: string; readonly leftS: number }): string {
  return `hold-down until ${moment(Date.parse(until))} (${duration(leftS * 1000)} left): no automatic swap, a person may`;
}

export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
