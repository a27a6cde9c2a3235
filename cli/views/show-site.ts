import { listOf } from '#failover/clause.ts';
import type { Severity } from '#failover/site-severity.ts';
import type { Colours } from '../output/colours.ts';
import { indent, indented } from '../output/indent.ts';
import { renderTable } from '../output/table.ts';
import { deadline, duration, utcTime, withMinutes } from '../output/time.ts';
import type { EbgpView, RouterView, SiteView } from './site-view.ts';

/** A site on one screen: its owner, what needs attention, and its routers. */
export function showSite(site: SiteView, colours: Colours): string {
  const { bold, yellow } = colours;
  const [mark, word] = severityMark(site.severity, colours);
  const isBroken = site.push?.state === 'broken';
  const broken = site.attention.filter((each) => isBroken && each.startsWith(`${site.push?.router} is broken`));
  const lines = [
    `${mark} ${bold(site.name)}  ${word}  ${site.region}  owner: ${ownerOf(site)}  mode: ${site.mode}  prefer: ${site.prefer}`,
    ...severityLines(site),
    ...broken.map((each) => `  ${yellow('!')} ${each}.`),
    `  ${site.diagnosis.kind}: ${site.diagnosis.says}.`,
    ...causeTexts(site).map((each) => `  ${each}.`),
    ...site.routers.flatMap(lostLine),
    ...(site.mode === 'automatic' ? [] : [`  ${yellow('!')} ${MODE_TEXTS[site.mode]}.`]),
    ...site.attention
      .filter((each) => !each.startsWith(site.diagnosis.kind) && !broken.includes(each))
      .map((each) => `  ${yellow('!')} ${each}.`),
    ...(site.acknowledged === null ? [] : [`  ${acknowledgedText(site.acknowledged, site.at)}.`]),
    ...(site.push?.underWay === true ? [`  A configuration push of ${site.push.by} is in progress.`] : []),
    ...(site.holdDown === null ? [] : [`  ${holdDownText(site.holdDown)}.`]),
    ...(site.next === null ? [] : [`  Next: ${bold(site.next)}`]),
  ].map(withMinutes);
  return [
    ...lines,
    '',
    indent(
      renderTable(
        HEAD,
        site.routers.map((router) => routerRow(router, site)),
        indented(colours.columns),
      ),
    ),
  ].join('\n');
}

/** What is wrong at other sites and explains this one's condition. */
export function causeTexts({ followsFrom }: Pick<SiteView, 'followsFrom'>): readonly string[] {
  return followsFrom.map((each) => `It follows from another site: ${each}`);
}

/** Before the name of a site: red only if traffic is lost. */
function severityMark(
  severity: Severity,
  { green, yellow, red, bold }: Colours,
): readonly [mark: string, word: string] {
  const word = severity.toUpperCase();
  if (severity === 'ok') return [green('✓'), green(word)];
  return severity === 'down' ? [red('✗'), bold(red(word))] : [yellow('!'), yellow(word)];
}

/** What the severity means, and since when. */
function severityLines({ severity, since, at }: SiteView): readonly string[] {
  if (severity === 'ok' || (severity === 'attention' && since === null)) return [];
  const from =
    since === null ? '' : ` since ${utcTime(Date.parse(since))} (${duration(Date.parse(at) - Date.parse(since))})`;
  return [`  ${SEVERITY_TEXTS[severity]}${from}.`];
}

const SEVERITY_TEXTS = {
  down: 'Traffic is lost',
  degraded: 'Redundancy is lost',
  attention: 'Attention is needed',
} as const;

function acknowledgedText({ by, since, reason }: NonNullable<SiteView['acknowledged']>, at: string): string {
  return `Acknowledged by ${by} ${duration(Date.parse(at) - Date.parse(since))} ago (${reason})`;
}

/** `SPLIT`: the pair's routes point at both routers. `NONE`: no managed route points at the pair. */
function ownerOf({ owner, preferred, routers }: SiteView): string {
  const name = owner ?? (routers.some(({ routes }) => routes > 0) ? 'SPLIT' : 'NONE');
  return name === preferred ? `${name} (preferred)` : `${name} (preferred: ${preferred})`;
}

/** The far ends by name, of which the table has the number only. */
function lostLine({ name, lostNeighbors }: RouterView): readonly string[] {
  const lost = (lostNeighbors ?? []).map(({ router, site }) => (site === null ? router : `${router} (${site})`));
  return lost.length === 0 ? [] : [`  ${name} receives nothing from ${listOf(lost, ', ')}.`];
}

/** A chosen mode is not a fault: the exit code stays 0, but the operator must see it. */
const MODE_TEXTS = {
  observe:
    'mode observe: failover is decided and reported, and no routes move; an operator can switch over with --override mode-observe',
  off: 'mode off: no automatic failover; an operator can switch over with --override mode-off',
};

const HEAD = ['ROUTER', 'ROLE', 'ROUTES', 'EC2', 'EBGP UP', 'LAST REPORT', 'FIT'];

function routerRow(router: RouterView, { diagnosis }: Pick<SiteView, 'diagnosis'>): string[] {
  return [
    router.name,
    router.routes > 0 ? 'owner' : 'standby',
    String(router.routes),
    ec2Text(router),
    ebgpColumn(router.ebgp),
    router.contactAgeS === null ? 'never' : `${duration(router.contactAgeS * 1000)} ago`,
    fitText(router, diagnosis.says),
  ];
}

/** The reasons, unless the sentence above the table has them. */
function fitText({ fit, unfit }: RouterView, said: string): string {
  if (fit) return 'yes';
  const reasons = unfit.join('; ');
  return said.includes(reasons) ? 'no' : withMinutes(`no: ${reasons}`);
}

/** The instance's state, and whatever differs from a router that forwards: status checks, interface, source/dest check. */
export function ec2Text({ instance, statusChecks, interface: eni, sourceDestCheck }: RouterView): string {
  return [
    instance,
    ...(instance === 'running' && statusChecks !== 'ok' ? [`status checks ${statusChecks}`] : []),
    ...(eni === 'attached' ? [] : [`interface ${eni}`]),
    ...(sourceDestCheck === true ? ['source/dest check on'] : []),
  ].join(', ');
}

/** The evidence that fitness rests on, and newer evidence that has expired, if there is any. */
function ebgpColumn(evidence: readonly EbgpView[]): string {
  const [newest] = evidence;
  if (newest === undefined) return 'unknown';
  const counting = evidence.find(({ counts }) => counts);
  if (counting === undefined || counting === newest) return ebgpText(newest);
  return `${ebgpText(counting)}; expired: ${ebgpText(newest)}`;
}

/** Sessions up/configured, who counted them, and when: `2/2 (probe, 21 s ago)`; `2/2, 1 with prefixes (…)` if they differ. */
export function ebgpText({ established, configured, receiving, unreadable, by, ageS }: EbgpView): string {
  const without = receiving === established ? '' : `, ${receiving} with prefixes`;
  const unknown = unreadable === 0 ? '' : `, ${unreadable} unknown`;
  const source = by === 'itself' ? 'router' : 'probe';
  return `${established}/${configured}${without}${unknown} (${source}, ${duration(ageS * 1000)} ago)`;
}

function holdDownText({ until, leftS }: { readonly until: string; readonly leftS: number }): string {
  return `Hold-down ends at ${deadline(until, leftS)}: until then, only a certain failure moves the routes automatically; an operator can switch over`;
}
