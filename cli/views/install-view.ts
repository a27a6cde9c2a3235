import type { InstallResult, Programs, RouterPrograms } from '#contracts/install-result.ts';
import type { Colours } from '../output/colours.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { indent, indented } from '../output/indent.ts';
import { renderTable } from '../output/table.ts';

/** As in `router install --json`. */
export interface InstallView {
  readonly dryRun: boolean;
  readonly sites: readonly SiteInstallView[];
}

export interface SiteInstallView extends Omit<InstallResult, 'outcome' | 'refusal'> {
  /** `not-begun`: another site was refused, or failed before this one. `interrupted`: Ctrl-C ended the wait for `router`. */
  readonly outcome: InstallResult['outcome'] | 'declined' | 'not-begun' | 'interrupted';
  /** Routers that have their new programs. */
  readonly installed: readonly string[];
}

/** What each router has, and what is deployed for it. */
export function showPlans(plans: readonly InstallResult[], columns?: number): string {
  return plans.map((plan) => `${plan.site}\n${showRouters(plan.routers, columns)}`).join('');
}

/** The routers of an installation, in its order. */
export function routersToInstall(plans: readonly InstallResult[]): string {
  return plans.flatMap(({ remaining }) => remaining).join(', then ');
}

export function showInstall({ sites }: InstallView, colours: Colours): string {
  return sites
    .map((site) => {
      const attention = site.routers.flatMap(({ name, attention: left, agent }) => [
        ...left.map((each) => `  ! ${name}: ${each}.\n`),
        ...(agent?.says === undefined || site.says.includes(agent.says) ? [] : [`  ! ${name}: ${agent.says}.\n`]),
      ]);
      return `${markOf(site, colours)} ${colours.bold(site.site)}: ${textOf(site)}\n${attention.join('')}`;
    })
    .join('');
}

function markOf({ outcome }: SiteInstallView, { green, yellow, red }: Colours): string {
  if (outcome === 'failed') return red('✗');
  return outcome === 'installed' || outcome === 'unchanged' || outcome === 'planned' ? green('✓') : yellow('!');
}

function textOf({ outcome, says, installed, remaining }: SiteInstallView): string {
  if (outcome === 'declined') return 'Not installed: declined. Nothing was changed.';
  if (outcome === 'not-begun') return `Not begun. ${remaining.join(' and ')} would get what is deployed.`;
  if (outcome === 'installed')
    return `${installed.join(' and ')} ${installed.length === 1 ? 'has' : 'have'} the programs that are deployed.`;
  const done =
    installed.length === 0
      ? ''
      : `${installed.join(' and ')} ${installed.length === 1 ? 'has' : 'have'} the programs that are deployed. `;
  return `${done}${says}`;
}

function showRouters(routers: readonly RouterPrograms[], columns: number | undefined): string {
  const rows = routers.map(({ name, installed, deployed, differs, why }) => [
    name,
    installed === undefined ? 'unknown' : textOfPrograms(installed),
    deployed === undefined ? 'unknown' : textOfPrograms(deployed),
    why ?? (differs ? `install ${whatDiffers(installed, deployed)}` : 'nothing to do'),
  ]);
  return `${indent(renderTable(['ROUTER', 'INSTALLED', 'DEPLOYED', 'ACTION'], rows, indented(columns)))}\n`;
}

function whatDiffers(installed: Programs | undefined, deployed: Programs | undefined): string {
  const programs = installed?.version !== deployed?.version || installed?.sha256 !== deployed?.sha256;
  const wanted = deployed?.agent ?? null;
  const agent = wanted !== null && installed?.agent !== wanted;
  return [...(programs ? ['programs'] : []), ...(agent ? ['SSM agent'] : [])].join(' and ');
}

/** Version, and the first digits of the hash: `0.2.0 (1a2b3c4d5e6f)`. */
function textOfPrograms({ version, sha256 }: Programs): string {
  return version === null ? 'no version' : `${version} (${sha256?.slice(0, 12) ?? 'unknown'})`;
}

export function installExitCode({ dryRun, sites }: InstallView): ExitCode {
  const has = (...outcomes: readonly SiteInstallView['outcome'][]) =>
    sites.some(({ outcome }) => outcomes.includes(outcome));
  if (has('interrupted')) return exitCodes.interrupted;
  if (has('failed', 'unknown')) return exitCodes.failed;
  if (has('refused', 'declined', 'not-begun')) return exitCodes.notDone;
  return dryRun && has('planned') ? exitCodes.attention : exitCodes.done;
}
