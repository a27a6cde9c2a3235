import { CustomResource, Duration, type Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { leastDurationMs } from '#failover/call-pacer.ts';
import type { ManagedSite } from '#failover/site.ts';
import { managedRoutesProperties } from '#functions/create-routes/settings.ts';
import { allowCreateRoutes } from './permissions.ts';
import { SiteFunction } from './site-function.ts';

export interface ManagedRoutesProps {
  readonly stack: Stack;
  /** Its ids may be references to what the stacks create. */
  readonly site: ManagedSite;
  /** Of the function. */
  readonly name: string;
}

/**
 * Creates the managed routes that are missing, when the stack is created and when its routes or interfaces change. They are no
 * resources of the stack: neither a deployment, nor `--revert-drift`, nor the removal of the stack changes or deletes one.
 */
export class ManagedRoutes extends Construct {
  constructor(scope: Construct, id: string, { stack, site, name }: ManagedRoutesProps) {
    super(scope, id);
    const timeout = Duration.millis(
      Math.min(ANSWER_OF_EC2_MS + Math.ceil(leastDurationMs(site.routes.length) / 1000) * 1000, LONGEST_FUNCTION_MS),
    );
    const fn = new SiteFunction(this, 'Create', {
      folder: 'create-routes',
      name,
      environment: {},
      timeout,
      retryAttempts: 2,
    });
    allowCreateRoutes(fn, stack, site);
    new CustomResource(this, 'Routes', {
      resourceType: 'Custom::ManagedRoutes',
      serviceToken: fn.function.functionArn,
      // Two runs of the function: Lambda invokes it again if CloudFormation has not taken its answer.
      serviceTimeout: Duration.seconds(Math.min(2 * timeout.toSeconds() + 120, LONGEST_RESOURCE_S)),
      properties: managedRoutesProperties(site),
    });
  }
}

/** A minute in which EC2 does not know what was just created, calls that EC2 answers late, and the answer. */
const ANSWER_OF_EC2_MS = 120_000;
const LONGEST_FUNCTION_MS = 900_000;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes-create.html */
const LONGEST_RESOURCE_S = 3_600;
