import type { Cli } from '../cli.ts';
import { explainingEc2Faults } from '../created/explaining-stack-faults.ts';
import { UpgradeStopped } from './upgrade-context.ts';
import type { RouterStack } from './upgrade-state.ts';

/**
 * Checks the image, which may have been deregistered since the last launch, and a new instance type before anything is removed. Whether
 * the account is subscribed to the image is known only at the launch.
 *
 * @throws UpgradeStopped
 */
export async function requireLaunchable(
  { router, wanted, stack, where: { region } }: RouterStack,
  cli: Cli,
): Promise<void> {
  const { environment, io } = cli;
  const ask = (question: () => Promise<boolean>) => explainingEc2Faults(region, cli, question);
  const { image, instanceType } = wanted;
  if (image.startsWith('ami-') && !(await ask(() => environment.cloud.imageExists(region, image, io.signal))))
    throw new UpgradeStopped(
      'refused',
      `The image ${image} does not exist in ${region}, or this account may not use it. Name an image of ${region} with --image. Nothing was changed.`,
    );
  const isNewType = stack?.parameters['InstanceType'] !== instanceType;
  if (isNewType && !(await ask(() => environment.cloud.typeIsOffered(region, router.eni, instanceType, io.signal))))
    throw new UpgradeStopped(
      'refused',
      `EC2 does not offer ${instanceType} in the zone of ${router.name} (${region}). Name another type with --type. Nothing was changed.`,
    );
}
