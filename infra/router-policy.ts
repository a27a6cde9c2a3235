import { type Stack, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** What an SSM agent needs to run commands; AmazonSSMManagedInstanceCore would also let it read every parameter. */
const SSM_AGENT = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  // SSM agents before 3.3.40 poll here.
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
];

/** To be attached to the instance role of the site's routers: report to this site's endpoint, and be reached by SSM. */
export function routerPolicy(
  scope: Construct,
  name: string,
  { stack, site, routeArn }: { stack: Stack; site: string; routeArn: string },
): ManagedPolicy {
  const policy = new ManagedPolicy(scope, 'RouterPolicy', {
    managedPolicyName: `${name}-${stack.region}`,
    description: `What the VyOS routers of site ${site} may do`,
    statements: [
      new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [routeArn] }),
      new PolicyStatement({ actions: SSM_AGENT, resources: ['*'] }),
    ],
  });
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: "The SSM agent's own actions know no resource-level permissions (Service Authorization Reference).",
  });
  return policy;
}
