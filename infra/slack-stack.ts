import { type App, Aws, Stack } from 'aws-cdk-lib';
import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topology } from '#topology/topology.ts';
import { withFeatureFlags } from './feature-flags.ts';
import { namesOf } from './names.ts';
import { type SlackChannel, slackStackName } from './slack-channels.ts';
import { stackEnvironment } from './stack-environment.ts';

/**
 * A Slack channel, and the sites' topics whose messages Amazon Q Developer in chat applications posts into it. A stack of its own, because
 * an account has one configuration for a channel (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1155) and
 * no site may depend on another. The service is global; the stack is in the Region of the first site.
 */
export class SlackStack extends Stack {
  constructor(app: App, topology: Topology, { workspace, channel, sites }: SlackChannel) {
    const name = slackStackName(topology, channel);
    const [first] = sites;
    super(app, name, {
      stackName: name,
      description: `vyos-failover: Slack channel ${channel} of topology ${topology.name}`,
      env: stackEnvironment(topology, first),
      tags: { 'vyos-failover': topology.name },
    });
    withFeatureFlags(this);
    // The channel's members can do nothing in AWS: without a guardrail the service would permit what the role permits.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('chatbot.amazonaws.com') });
    new CfnSlackChannelConfiguration(this, 'Channel', {
      configurationName: name,
      slackWorkspaceId: workspace,
      slackChannelId: channel,
      iamRoleArn: role.roleArn,
      guardrailPolicies: [`arn:${Aws.PARTITION}:iam::aws:policy/AWSDenyAll`],
      loggingLevel: 'ERROR',
      snsTopicArns: sites.map((site) =>
        this.formatArn({ service: 'sns', region: site.region, resource: namesOf(topology, site).chatTopic }),
      ),
    });
  }
}
