import { explainingEc2Faults, explainingStackFaults } from '../created/explaining-stack-faults.ts';
import { describe, failuresOf, isUnderWay, isUpdatable, stackEnded } from '../created/stack-ended.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import { routersOf } from '../require-name.ts';
import { siteObstacles, unfitness } from './gate.ts';
import { isInOwnMaintenance, setMaintenance } from './own-maintenance.ts';
import { readStatus } from './read-site.ts';
import { report, type UpgradeContext, UpgradeStopped } from './upgrade-context.ts';
import type { RouterStack } from './upgrade-state.ts';

/**
 * A description of an interface may be older than the end of its instance:
 * https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
 */
const EC2_LAGS_MS = 60_000;
const POLL_MS = 5_000;

/**
 * Removes the instance of a router that is not the owner: maintenance, the last check, termination protection off, Present=false.
 * The maintenance ends when the instance is removed, or the removal has failed, and then the instance is protected again; after Ctrl-C
 * it stays until the next run.
 *
 * @throws UpgradeStopped
 */
export async function removeInstance(of: RouterStack, context: UpgradeContext): Promise<void> {
  const { name } = of.router;
  await setMaintenance(name, true, context);
  const begun = await beginRemoval(of, context).catch(async (error: unknown) => {
    await setMaintenance(name, false, context);
    throw error;
  });
  try {
    await ended(of, begun, context);
  } catch (error) {
    if (context.cli.io.signal?.aborted !== true) await protectAgain(of, context);
    throw error;
  } finally {
    if (context.cli.io.signal?.aborted !== true) await setMaintenance(name, false, context);
    else report(context, `${name} stays in maintenance until the command continues`);
  }
}

async function beginRemoval(of: RouterStack, context: UpgradeContext): Promise<Update> {
  await checkAgain(of, context);
  const { cloud } = context.cli.environment;
  const { region } = of.where;
  const attached = await attachedTo(of, context);
  context.cli.io.signal?.throwIfAborted();
  if (attached !== undefined) {
    await explainingEc2Faults(region, context.cli, () =>
      cloud.protectFromTermination(region, attached.instance, false),
    );
    report(context, `termination protection of ${attached.instance} (${of.router.name}) is off`);
  }
  report(context, `removing the instance of ${of.router.name}…`);
  try {
    return await update(of, { Present: 'false', ...launchOf(of) }, context);
  } catch (error) {
    await protectAgain(of, context);
    throw error;
  }
}

/** Turns termination protection on where the removal has failed and the stack keeps the instance. Logs a failure and continues. */
async function protectAgain(of: RouterStack, context: UpgradeContext): Promise<void> {
  const { region } = of.where;
  try {
    const stack = await describe(of.where, context.cli);
    const attached = await attachedTo(of, context);
    const isKept = stack !== undefined && !isUnderWay(stack) && stack.parameters['Present'] !== 'false';
    if (!isKept || attached === undefined) return;
    await explainingEc2Faults(region, context.cli, () =>
      context.cli.environment.cloud.protectFromTermination(region, attached.instance, true),
    );
    report(context, `termination protection of ${attached.instance} (${of.router.name}) is on again`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    report(context, `termination protection of ${of.router.name} may be off: ${saysAndHint(error.message).says}`);
  }
}

function attachedTo({ router: { eni }, where: { region } }: RouterStack, { cli }: UpgradeContext) {
  const { environment, io } = cli;
  return explainingEc2Faults(region, cli, () => environment.cloud.attachmentOf(region, eni, io.signal));
}

/** From the maintenance on no swap moves routes to the router: what is read now holds while its instance is removed. */
async function checkAgain({ router: { name } }: RouterStack, context: UpgradeContext): Promise<void> {
  const status = await readStatus(context);
  const peer = routersOf(context.where.site).find((each) => each.name !== name)?.name ?? '';
  const why = [
    ...(status.owner === peer ? [] : [`its routes point at ${status.owner ?? 'both routers'}, not at ${peer}`]),
    ...siteObstacles(status, context.overrides),
    ...unfitness(status, peer),
    ...(isInOwnMaintenance(status, name) ? [] : ['another command has ended or replaced its maintenance']),
  ];
  if (why.length > 0) throw new UpgradeStopped('refused', `The instance of ${name} is not removed: ${why.join('; ')}.`);
}

/** Launches the instance of a router that has none: removed by an upgrade, or terminated. @throws UpgradeStopped */
export async function launchInstance(of: RouterStack, context: UpgradeContext): Promise<void> {
  const { name } = of.router;
  await requireFreeInterface(of, context);
  // The stack may still name a terminated instance, or another image or type than is wanted now.
  const prepared = await ended(of, await update(of, { Present: 'false', ...launchOf(of) }, context), context);
  const version = prepared.stack?.outputs['LatestLaunchTemplateVersion'];
  if (version === undefined)
    throw new UpgradeStopped(
      'failed',
      `${of.where.name} has no output LatestLaunchTemplateVersion: deploy the topology.`,
    );
  report(context, `launching an instance of ${name}: ${of.wanted.image}, ${of.wanted.instanceType}…`);
  const values = { Present: 'true', LaunchTemplateVersion: version };
  await ended(of, await update(prepared, values, context), context);
}

/**
 * CloudFormation completes an update even if it cannot delete a resource, and then forgets the resource:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
async function requireFreeInterface(of: RouterStack, context: UpgradeContext): Promise<void> {
  const { environment, io } = context.cli;
  const begun = environment.now();
  let left = await attachedTo(of, context);
  while (left !== undefined && environment.now() - begun < EC2_LAGS_MS) {
    await environment.sleep(POLL_MS, io.signal);
    io.signal?.throwIfAborted();
    left = await attachedTo(of, context);
  }
  if (left === undefined) return;
  const { region } = of.where;
  throw new UpgradeStopped(
    'failed',
    `${of.where.name} has no instance any more, but ${left.instance} is still attached to the interface of ${of.router.name}. ` +
      `If ${of.router.name} is not the owner, terminate the instance (aws ec2 modify-instance-attribute --region ${region} --instance-id ${left.instance} --no-disable-api-termination, ` +
      `then aws ec2 terminate-instances --region ${region} --instance-ids ${left.instance}), and run the same command again.`,
  );
}

interface Update {
  readonly values: Readonly<Record<string, string>>;
}

/** Begins an update. Ctrl-C does not interrupt the request, so that it is known whether it has begun. */
async function update(
  { where, stack }: RouterStack,
  values: Readonly<Record<string, string>>,
  { cli }: UpgradeContext,
): Promise<Update> {
  const { environment } = cli;
  const token = environment.newId();
  await explainingStackFaults(where.region, cli, () =>
    environment.cloud.updateStack(where, stack ?? { parameters: {} }, values, token),
  );
  return { values };
}

/** Waits for the end of an update. @throws UpgradeStopped if the stack does not have its values then */
async function ended(of: RouterStack, { values }: Update, { cli }: UpgradeContext): Promise<RouterStack> {
  const stack = await stackEnded(of.where, cli);
  const isDone = Object.entries(values).every(([key, value]) => stack?.parameters[key] === value);
  if (stack !== undefined && isDone && isUpdatable(stack)) return { ...of, stack };
  const why = stack === undefined ? ['the stack does not exist'] : await failuresOf(of.where, stack, cli);
  throw new UpgradeStopped('failed', `The update of ${of.where.name} failed: ${why.join('; ')}${adviceOn(why)}.`);
}

function launchOf({ wanted }: RouterStack) {
  return { ImageId: wanted.image, InstanceType: wanted.instanceType };
}

/** What to do about the failures of a launch that an operator can remedy. */
function adviceOn(why: readonly string[]): string {
  const text = why.join(' ');
  if (/OptInRequired|accept terms and subscribe/.test(text))
    return '. Subscribe to the image in AWS Marketplace, and run the same command again';
  if (/VcpuLimitExceeded|vCPU limit/.test(text))
    return '. Request a higher quota of vCPUs in Service Quotas, or choose another --type, and run the command again';
  if (/size or snapshotId/.test(text))
    return '. The root device of the image is not /dev/xvda: choose another --image, and run the command again';
  if (/InvalidAMIID|image id/i.test(text)) return '. Choose another --image, and run the command again';
  return '';
}
