import type { Router } from '#topology/topology.ts';
import { explainingEc2Faults } from '../created/explaining-stack-faults.ts';
import type { NextCommand } from '../output/next-command.ts';
import { askForPlan } from '../push/requests.ts';
import { routersOf } from '../require-name.ts';
import { configObstacles, siteObstacles, unfitness } from './gate.ts';
import { moveTo } from './move-to.ts';
import { endOwnMaintenance, isInOwnMaintenance, operatorsMaintenance } from './own-maintenance.ts';
import { BOOTS_WITHIN_MS, proveRouter } from './prove-router.ts';
import { readStatus, readUpgradeSite, type UpgradeSite } from './read-site.ts';
import { launchInstance, removeInstance } from './replace-instance.ts';
import { report, type UpgradeContext, UpgradeStopped } from './upgrade-context.ts';
import { type RouterStack, upgradeState, whyUnusable } from './upgrade-state.ts';
import { stepsOf, stepText } from './upgrade-steps.ts';

/** Two replacements and two switchovers, and as many again after failovers in between. */
const MOST_STEPS = 8;

/**
 * Does the next step of what remains, reads everything again, and continues until nothing remains. A failover in between changes only
 * which step is next.
 *
 * @param first what the operator approved
 * @returns the routers that have a new instance
 * @throws UpgradeStopped, CommandError, or another error after Ctrl-C
 */
export async function upgradeSite(first: UpgradeSite, context: UpgradeContext): Promise<string[]> {
  const launched = new Set<string>();
  let site = first;
  let selection = context;
  for (let count = 0; count < MOST_STEPS; count += 1) {
    context.cli.io.signal?.throwIfAborted();
    requireUsable(site, context.cli.environment.nextCommand);
    if (await endOwnMaintenance(site, context)) site = { ...site, status: await readStatus(context) };
    const [step] = stepsOf(site, selection);
    if (step === undefined) {
      await requireFit(site, context);
      return [...launched];
    }
    report(context, `${stepText(step)}…`);
    if (step.kind === 'move') {
      await proveRouter(step.router, 'refused', context);
      await moveTo(step.router.name, context, `upgrade of ${context.where.site.name}`);
    } else {
      if (step.kind === 'replace') {
        await requireReplaceable(step.of, site, selection);
        await removeInstance(step.of, context);
      }
      await launchInstance(step.of, context);
      launched.add(step.of.router.name);
      if (step.of.router.name === context.only) selection = { ...context, replace: false };
      await proveRouter(step.of.router, 'failed', context);
    }
    site = await readUpgradeSite(context);
  }
  throw new UpgradeStopped('failed', 'The owner has changed repeatedly during the upgrade.');
}

/** @throws UpgradeStopped if a router's stack does not exist or accepts no update */
export function requireUsable({ routers }: UpgradeSite, next: NextCommand): void {
  const why = routers.filter((each) => upgradeState(each) === 'unusable').map((each) => whyUnusable(each, next));
  if (why.length > 0) throw new UpgradeStopped('failed', `Not possible: ${why.join(' ')}`);
}

/** The gate before a removal. @throws UpgradeStopped */
export async function requireReplaceable(of: RouterStack, site: UpgradeSite, context: UpgradeContext): Promise<void> {
  const why = await whyNotReplace(of, site, context);
  if (why.length === 0) return;
  const { name } = of.router;
  // With --replace the fitness of the router itself is no condition.
  const isRepairable = context.only === undefined && why.every((each) => each.startsWith(`${name} is not fit: `));
  const repair = isRepairable ? repairOf(name) : '';
  throw new UpgradeStopped('refused', `The instance of ${name} is not replaced: ${why.join('; ')}.${repair}`);
}

/** A router that --replace names may be unfit, or have another configuration: its replacement is the repair. */
async function whyNotReplace(
  { router }: RouterStack,
  { status }: UpgradeSite,
  { where, text, overrides, replace, cli }: UpgradeContext,
): Promise<string[]> {
  const peer = routersOf(where.site).find(({ name }) => name !== router.name)?.name ?? '';
  const mustBeFit = !replace && !isInOwnMaintenance(status, router.name);
  const why = [
    ...siteObstacles(status, overrides),
    ...unfitness(status, peer),
    ...(mustBeFit
      ? unfitness(status, router.name)
      : operatorsMaintenance(status, router.name, cli.environment.nextCommand)),
  ];
  if (why.length > 0) return why;
  const next = cli.environment.nextCommand;
  const plan = await askForPlan(where, { text, overrides: [] }, cli);
  return [...configObstacles(plan, peer, next), ...(replace ? [] : configObstacles(plan, router.name, next))];
}

/**
 * Requires that the routers of the upgrade are fit, once no step remains. One that an earlier run has launched may still boot, and is
 * waited for.
 *
 * @throws UpgradeStopped
 */
async function requireFit(site: UpgradeSite, context: UpgradeContext): Promise<void> {
  const unfit = unfitRouters(site, context);
  for (const router of unfit) if (await isFresh(router, context)) await proveRouter(router, 'failed', context);
  const why = unfit.length > 0 ? whyUnfit({ ...site, status: await readStatus(context) }, context) : undefined;
  if (why !== undefined) throw new UpgradeStopped('failed', why);
}

/** Why an upgrade is not complete although no step remains, as sentences; undefined: its routers are fit. */
export function whyUnfit(site: UpgradeSite, context: UpgradeContext): string | undefined {
  const [first, ...others] = unfitRouters(site, context);
  if (first === undefined) return undefined;
  const { status } = site;
  const says = [first, ...others].flatMap(({ name }) => unfitness(status, name)).join('; ');
  const isReplaceable =
    routersOf(context.where.site).every(({ name }) => name === first.name || unfitness(status, name).length === 0) &&
    operatorsMaintenance(status, first.name, context.cli.environment.nextCommand).length === 0;
  return `There is nothing to upgrade, but ${says}.${isReplaceable ? repairOf(first.name) : ''}`;
}

function unfitRouters({ status, routers }: UpgradeSite, { only }: UpgradeContext): Router[] {
  return routers.flatMap(({ router }) =>
    (only === undefined || router.name === only) && unfitness(status, router.name).length > 0 ? [router] : [],
  );
}

function repairOf(name: string): string {
  return ` Repair it, or replace it alone: --router ${name} --replace.`;
}

async function isFresh({ eni }: Router, { where: { site }, cli }: UpgradeContext): Promise<boolean> {
  const { environment, io } = cli;
  const attached = await explainingEc2Faults(site.region, cli, () =>
    environment.cloud.attachmentOf(site.region, eni, io.signal),
  );
  return attached !== undefined && environment.now() < attached.since + BOOTS_WITHIN_MS;
}
