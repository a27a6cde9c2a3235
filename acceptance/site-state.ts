import { exitCodes } from '#cli/output/exit-codes.ts';
import type { AddressesView } from '#cli/views/addresses-view.ts';
import type { HistoryView } from '#cli/views/history-view.ts';
import type { SiteView } from '#cli/views/site-view.ts';
import { type RunContext, StepFailed } from './run-context.ts';

/** Runs a command and requires exit code 0. @throws StepFailed with what the command printed */
export async function requireDone<View>(line: readonly string[], run: RunContext): Promise<View> {
  const { exitCode, view } = await run.ports.cli(line, run.file, run.signal);
  run.signal.throwIfAborted();
  if (exitCode === exitCodes.done) return view as View;
  throw new StepFailed(`vyos-failover ${line.join(' ')} ended with ${exitCode}: ${saysOf(view)}`);
}

function saysOf(view: unknown): string {
  const { says } = (view ?? {}) as { readonly says?: unknown };
  return typeof says === 'string' ? says : JSON.stringify(view);
}

/** What `status` shows of all sites, healthy or not; sites that do not answer are missing. */
async function readSites({ ports, file, signal }: RunContext): Promise<readonly SiteView[]> {
  const { view } = await ports.cli(['status'], file, signal);
  signal.throwIfAborted();
  return (view as { readonly sites?: readonly SiteView[] } | undefined)?.sites ?? [];
}

/** @throws StepFailed if the site does not answer */
export async function readSite(name: string, run: RunContext): Promise<SiteView> {
  const site = (await readSites(run)).find((each) => each.name === name);
  if (site === undefined) throw new StepFailed(`${name} does not answer`);
  return site;
}

const POLL_MS = 20_000;

/**
 * Waits until all sites are fit: nothing needs attention, and no hold-down is in force.
 *
 * @throws StepFailed with what still needs attention
 */
export async function untilFit(withinMs: number, run: RunContext): Promise<void> {
  const { ports, signal, topology } = run;
  const until = ports.now() + withinMs;
  let shown = '';
  for (;;) {
    const sites = await readSites(run);
    const open = topology.sites.flatMap(({ name }) => openPoints(name, sites));
    if (open.length === 0) return;
    if (ports.now() >= until)
      throw new StepFailed(`not fit after ${Math.round(withinMs / 60_000)} minutes: ${open.join('; ')}`);
    const waitsFor = open.join('; ');
    if (withoutNumbers(waitsFor) !== shown) ports.show(`  waiting: ${waitsFor}`);
    shown = withoutNumbers(waitsFor);
    await ports.sleep(POLL_MS, signal);
  }
}

/** Ages and times change at each reading. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+/g, '');
}

function openPoints(name: string, sites: readonly SiteView[]): string[] {
  const site = sites.find((each) => each.name === name);
  if (site === undefined) return [`${name} does not answer`];
  const { attention, healthy, holdDown } = site;
  if (holdDown !== null) return [`${name}: hold-down until ${holdDown.until}`];
  return healthy ? [] : attention.map((each) => `${name}: ${each}`);
}

/** The newest swap of a site after swap number `epoch`; undefined: there was none. */
export async function swapAfter(epoch: number, site: string, run: RunContext): Promise<HistoryView | undefined> {
  const { entries } = await requireDone<{ readonly entries: readonly HistoryView[] }>(['history', site], run);
  return entries.find((entry) => entry.kind === 'swap' && entry.outcome === 'swapped' && entry.epoch > epoch);
}

/** A router and the instance that its interface is attached to. */
export interface RouterInstance {
  readonly router: string;
  readonly site: string;
  readonly region: string;
  /** `i-…` */
  readonly instance: string;
}

/** All routers that have an instance now. */
export async function readInstances(run: RunContext): Promise<readonly RouterInstance[]> {
  const { sites } = await requireDone<AddressesView>(['addresses'], run);
  return sites.flatMap(({ name: site, region, routers }) =>
    routers.flatMap(({ name: router, instance }) => (instance === null ? [] : [{ router, site, region, instance }])),
  );
}
