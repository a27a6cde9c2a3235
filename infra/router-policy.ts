import { type Stack, Token, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Site } from '#topology/topology.ts';

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

export interface RouterPolicyProps {
  readonly stack: Stack;
  /** The routers' own site. */
  readonly site: string;
  /** The route of its API. */
  readonly routeArn: string;
  /** Sites whose routers they may testify about. */
  readonly otherSites: readonly Pick<Site, 'name' | 'region'>[];
}

/** To be attached to the instance role of the site's routers: report to this site's endpoint, and be reached by SSM. */
export function routerPolicy(
  scope: Construct,
  name: string,
  { stack, site, routeArn, otherSites }: RouterPolicyProps,
): ManagedPolicy {
  // The other stacks' API ids are not ours to know (no cross-stack references); the path says which site is meant.
  const testimonies = otherSites.map(
    (other) =>
      `arn:${stack.partition}:execute-api:${other.region}:${stack.account}:*/$default/POST/v1/sites/${other.name}/events`,
  );
  const policy = new ManagedPolicy(scope, 'RouterPolicy', {
    managedPolicyName: `${name}-${stack.region}`,
    description: `What the VyOS routers of site ${site} may do`,
    statements: [
      new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [routeArn, ...testimonies] }),
      new PolicyStatement({ actions: SSM_AGENT, resources: ['*'] }),
    ],
  });
  acknowledge(
    policy,
    '*',
    "The SSM agent's own actions know no resource-level permissions (Service Authorization Reference).",
  );
  for (const arn of testimonies) {
    acknowledge(
      policy,
      readable(arn, stack),
      "The other site's API id is not known here; the path allows its events route only.",
    );
  }
  return policy;
}

function acknowledge(policy: ManagedPolicy, resource: string, reason: string): void {
  Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/** As cdk-nag prints an ARN: pseudo parameters in angle brackets. */
function readable(arn: string, { account, partition }: Stack): string {
  const withAccount = Token.isUnresolved(account) ? arn.replace(account, '<AWS::AccountId>') : arn;
  return Token.isUnresolved(partition) ? withAccount.replace(partition, '<AWS::Partition>') : withAccount;
}
