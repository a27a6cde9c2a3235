import type { StackArtifact } from '#emulator/assembly.ts';
import { chatbot } from './chatbot.ts';
import { cloudwatch } from './cloudwatch.ts';
import { customResource } from './custom.ts';
import { dynamodb } from './dynamodb.ts';
import { ec2Instances } from './ec2-instances.ts';
import { ec2Interfaces } from './ec2-interfaces.ts';
import { ec2LaunchTemplates } from './ec2-launch-templates.ts';
import { ec2Network } from './ec2-network.ts';
import { ec2Routes } from './ec2-routes.ts';
import { ec2SecurityGroups } from './ec2-security-groups.ts';
import { events } from './events.ts';
import type { ResourceType } from './family.ts';
import { httpApi } from './http-api.ts';
import { iam } from './iam.ts';
import { lambda } from './lambda.ts';
import { passive } from './passive.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';
import { ssm } from './ssm.ts';

const FAMILIES = [passive, iam, ssm, dynamodb, sns, sqs, httpApi, lambda, events, cloudwatch, chatbot];
const EC2_FAMILIES = [ec2Network, ec2Routes, ec2SecurityGroups, ec2Interfaces, ec2LaunchTemplates, ec2Instances];

/** Every resource type that the emulator supports, custom ones apart. */
const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [...FAMILIES, ...EC2_FAMILIES].flatMap(({ types }) => Object.entries(types)),
);

/** Undefined: the emulator does not know the type. */
export function resourceType(name: string): ResourceType | undefined {
  const isCustom = name === 'AWS::CloudFormation::CustomResource' || name.startsWith('Custom::');
  return isCustom ? customResource : RESOURCE_TYPES.get(name);
}

/** Throws one error that names every resource of a type that is not known. */
export function checkTypes(stacks: readonly StackArtifact[]): void {
  const unknown = stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => resourceType(Type) === undefined)
      .map(([logicalId, { Type }]) => `${Type} (${name}/${logicalId})`),
  );
  if (unknown.length === 0) return;
  throw new Error(
    `The emulator does not know these resource types:\n  ${unknown.join('\n  ')}\nTeach it in emulator/resources/, or leave them out of what it runs.`,
  );
}
