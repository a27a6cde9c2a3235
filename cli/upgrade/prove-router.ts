import { isProvenSince } from '#failover/fitness.ts';
import type { Router } from '#topology/topology.ts';
import { explainingEc2Faults } from '../created/explaining-stack-faults.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import { duration } from '../output/time.ts';
import { askForPlan } from '../push/requests.ts';
import { configObstacles, unfitness } from './gate.ts';
import { readStatus } from './read-site.ts';
import { report, type UpgradeContext, UpgradeStopped } from './upgrade-context.ts';

const POLL_MS = 10_000;
/** For so long a router must be proven fit without a break before routes move to it. */
const FIT_FOR_MS = 30_000;
/** From the attachment of its instance on. A VyOS image boots in some minutes, and may wait for the network and for keys. */
export const BOOTS_WITHIN_MS = 20 * 60_000;

/**
 * Waits until a router is proven: an instance is attached, its agent answers, BGP is fit by readings of this instance, and its
 * configuration is that of the topology, for half a minute.
 *
 * @param outcome if it is not proven within 20 minutes after its instance was attached
 * @throws UpgradeStopped
 */
export async function proveRouter(
  router: Router,
  outcome: UpgradeStopped['outcome'],
  context: UpgradeContext,
): Promise<void> {
  const { environment, io } = context.cli;
  const begun = environment.now();
  let since: number | undefined;
  let announced: string | undefined;
  for (;;) {
    const { why, attachedAt } = await obstaclesNow(router, context);
    const now = environment.now();
    since = why.length > 0 ? undefined : (since ?? now);
    if (since !== undefined && now - since >= FIT_FOR_MS) return;
    const says = why.join('; ');
    if (says !== '' && now >= (attachedAt ?? begun) + BOOTS_WITHIN_MS)
      throw new UpgradeStopped(outcome, `${router.name} is not ready to carry traffic: ${says}.`);
    const withoutAges = says.replaceAll(/\d+ s/g, '');
    if (withoutAges !== announced)
      report(context, says === '' ? provenText(router) : `waiting for ${router.name}: ${says}`);
    announced = withoutAges;
    await environment.sleep(POLL_MS, io.signal);
    io.signal?.throwIfAborted();
  }
}

function provenText({ name }: Router): string {
  return `${name} is fit and in sync; it must stay so for ${duration(FIT_FOR_MS)}…`;
}

interface Obstacles {
  readonly why: readonly string[];
  /** When its instance was attached, ms since the epoch; undefined: none is. */
  readonly attachedAt?: number;
}

/** A call without an answer is an obstacle like any other: the router may still boot. */
async function obstaclesNow(router: Router, context: UpgradeContext): Promise<Obstacles> {
  try {
    return await obstacles(router, context);
  } catch (error) {
    if (context.cli.io.signal?.aborted === true || !(error instanceof CommandError)) throw error;
    return { why: [saysAndHint(error.message).says] };
  }
}

async function obstacles(router: Router, context: UpgradeContext): Promise<Obstacles> {
  const { cli, text, where } = context;
  const { region } = where.site;
  const attached = await explainingEc2Faults(region, cli, () =>
    cli.environment.cloud.attachmentOf(region, router.eni, cli.io.signal),
  );
  if (attached === undefined) return { why: ['no instance is attached to its interface'] };
  const attachedAt = attached.since;
  const status = await readStatus(context);
  const unfit = unfitness(status, router.name);
  if (unfit.length > 0) return { why: unfit, attachedAt };
  const { seen } = status;
  if (!isProvenSince(seen.routers[router.name]?.evidence ?? [], seen.at, attachedAt))
    return { why: ['its BGP sessions have not been read since its instance was attached'], attachedAt };
  const plan = await askForPlan(where, { text, overrides: [] }, cli);
  return { why: configObstacles(plan, router.name, cli.environment.nextCommand), attachedAt };
}
