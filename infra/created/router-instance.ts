import { ArnFormat, type CfnCondition, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnInstance } from 'aws-cdk-lib/aws-ec2';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import type { ManagedSite } from '#failover/site.ts';
import { addInstanceTriggers, routeSwapTarget } from '../instance-triggers.ts';
import { SiteAlarms } from '../site-alarms.ts';

export interface RouterInstanceProps {
  readonly router: string;
  readonly site: ManagedSite;
  readonly launchTemplateId: string;
  readonly launchTemplateVersion: string;
  /** Name of the function that moves the site's routes. */
  readonly routeSwap: string;
  /** While it is false there is no instance, and nothing that observes one. */
  readonly present: CfnCondition;
}

/** The instance of a created router, and what observes it: all that an upgrade replaces. */
export class RouterInstance extends Construct {
  readonly instance: CfnInstance;

  constructor(scope: Construct, id: string, of: RouterInstanceProps) {
    super(scope, id);
    this.instance = new CfnInstance(this, 'Instance', {
      launchTemplate: { launchTemplateId: of.launchTemplateId, version: of.launchTemplateVersion },
    });
    Validations.of(this.instance).acknowledge(
      { id: 'AwsSolutions-EC28', reason: 'Detailed monitoring is on in the launch template.' },
      { id: 'AwsSolutions-EC29', reason: 'Termination protection is on in the launch template.' },
    );
    const { ref } = this.instance;
    const alarm = new SiteAlarms(this, of.site).add('status-check', { router: of.router, instance: ref });
    addInstanceTriggers(this, {
      subject: `Router ${of.router} of site ${of.site.name}`,
      instances: [ref],
      statusChecks: [alarm],
      routeSwap: routeSwapTarget(this.#imported(of.routeSwap)),
    });
    onlyIf(this, of.present);
  }

  /** By its name: a reference would tie the function's replacement to that of the instance. */
  #imported(functionName: string) {
    const functionArn = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return LambdaFunction.fromFunctionAttributes(this, 'RouteSwap', { functionArn, sameEnvironment: true });
  }
}

function onlyIf(tree: IConstruct, condition: CfnCondition): void {
  for (const node of tree.node.findAll()) if (node instanceof CfnResource) node.cfnOptions.condition = condition;
}
