import { readAssembly, type StackArtifact } from './assembly.ts';
import type { Cloud } from './cloud.ts';
import { inOrder } from './cloudformation/order.ts';
import type { Stack } from './cloudformation/stack.ts';
import type { Operation, Stacks } from './cloudformation/stacks.ts';
import { accountExcesses, resourceExcesses, templateExcesses } from './resources/limits.ts';
import { checkTypes } from './resources/resource-types.ts';
import { objectOfFile } from './s3/buckets.ts';
import { AwsError } from './service.ts';

/** A stack of a deployed assembly. */
export interface DeployedStack {
  readonly name: string;
  readonly region: string;
  readonly result: 'created' | 'updated' | 'unchanged';
}

/**
 * Reads the assembly: its stacks in the order of deployment. Throws with every resource of a type that the emulator does not
 * know. `defaultRegion`: of stacks that are bound to none.
 */
export async function loadStacks(
  assembly: string | undefined,
  defaultRegion: string,
): Promise<readonly StackArtifact[]> {
  if (assembly === undefined) return [];
  const stacks = await readAssembly(assembly, defaultRegion);
  checkTypes(stacks);
  const named = new Map(stacks.map((stack) => [stack.name, stack]));
  const order = inOrder(
    [...named.keys()],
    (name) => named.get(name)?.after ?? [],
    (circle) => {
      throw new Error(`${assembly}: circular dependency between stacks: ${circle.join(', ')}.`);
    },
  );
  return order.flatMap((name) => named.get(name) ?? []);
}

/**
 * Deploys the stacks as `cdk deploy --all` does, one after the other: each is created, updated or left as it is; one whose
 * creation failed before is deleted and created again. Parameters keep the values that they have.
 *
 * @throws Error with all that exceeds a limit of AWS, with nothing done; or at the first stack that fails, naming it, its
 * resources and why. The stacks before it are deployed.
 */
export async function deploy(
  artifacts: readonly StackArtifact[],
  stacks: Stacks,
  cloud: Cloud,
): Promise<DeployedStack[]> {
  checkLimits(artifacts, stacks, cloud);
  const deployed: DeployedStack[] = [];
  for (const artifact of artifacts) {
    const { name, region } = artifact;
    publish(artifact, cloud);
    deployed.push({ name, region, result: await deployOne(artifact, stacks) });
  }
  return deployed;
}

/** The files of the stack's assets, into the bucket that `cdk bootstrap` makes in every region. */
function publish({ files, region }: StackArtifact, { accountId, buckets, clock }: Cloud): void {
  for (const { bucket, key, path } of files) {
    const name = bucket.replaceAll('${AWS::AccountId}', accountId).replaceAll('${AWS::Region}', region);
    buckets.create(name, region);
    buckets.put(name, key, objectOfFile(path, clock.now()));
  }
}

async function deployOne(artifact: StackArtifact, stacks: Stacks): Promise<DeployedStack['result']> {
  const existing = stacks.find(artifact.region, artifact.name);
  if (existing !== undefined && existing.status.startsWith('ROLLBACK_')) await succeed(stacks.delete(existing));
  else if (existing !== undefined) return update(existing, artifact, stacks);
  await succeed(stacks.create(artifact, {}));
  return 'created';
}

async function update(stack: Stack, artifact: StackArtifact, stacks: Stacks): Promise<'updated' | 'unchanged'> {
  stack.terminationProtection = artifact.terminationProtection;
  const kept = Object.entries(stack.parameters).filter(([name]) => artifact.template.Parameters[name] !== undefined);
  try {
    await succeed(stacks.update(stack, artifact, Object.fromEntries(kept)));
    return 'updated';
  } catch (error) {
    if (error instanceof AwsError && error.message === 'No updates are to be performed.') return 'unchanged';
    throw error;
  }
}

/** Throws what failed in the operation. */
async function succeed({ stack, done }: Operation): Promise<void> {
  const before = stack.events.length;
  await done;
  if (/^(CREATE|UPDATE|DELETE)_COMPLETE$/.test(stack.status)) return;
  const failures = stack.events.slice(before - 1).flatMap(({ logicalId, type, status, reason }) => {
    if (status.endsWith('_FAILED')) return [`${logicalId} (${type}) ${status}: ${reason ?? ''}`];
    return reason !== undefined && status.endsWith('ROLLBACK_IN_PROGRESS') ? [reason] : [];
  });
  throw new Error(`The stack ${stack.name} in ${stack.region} is ${stack.status}.\n  ${failures.join('\n  ')}`);
}

/** Resources whose references are not known yet are checked when they are created. */
function checkLimits(artifacts: readonly StackArtifact[], stacks: Stacks, { raisedQuotas }: Cloud): void {
  const planned = artifacts.flatMap((artifact) => stacks.preview(artifact));
  const names = new Set(artifacts.map(({ name, region }) => `${region}/${name}`));
  const others = stacks.all
    .filter(({ name, region, status }) => status !== 'DELETE_COMPLETE' && !names.has(`${region}/${name}`))
    .flatMap(({ resources }) => [...resources.values()]);
  const tooMuch = [
    ...artifacts.flatMap(templateExcesses),
    ...planned.flatMap(resourceExcesses),
    ...accountExcesses([...planned, ...others], raisedQuotas),
  ];
  if (tooMuch.length > 0) throw new Error(`AWS would refuse these stacks:\n  ${tooMuch.join('\n  ')}`);
}
