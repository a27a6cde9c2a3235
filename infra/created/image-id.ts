import { Stack, Token } from 'aws-cdk-lib';
import { MachineImage } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Image } from '#topology/topology.ts';

/**
 * What a launch template takes as an image; undefined where it has to be looked up, and the account is not known because CDK
 * has no credentials: such a template can be read, but its parameter must be given to deploy it.
 */
export function imageIdOf(scope: Construct, image: Image): string | undefined {
  if ('id' in image) return image.id;
  // Resolved at each launch: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html
  if ('parameter' in image) return `resolve:ssm:${image.parameter}`;
  if (Token.isUnresolved(Stack.of(scope).account)) return undefined;
  // The answer stays in cdk.context.json, so that an ordinary deployment sees no newer image.
  const { owner, name } = image;
  const filters = { architecture: ['x86_64'] };
  return MachineImage.lookup({ owners: [owner], name, filters }).getImage(scope).imageId;
}
