import { CustomResource, Duration, type Stack } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import type { ManagedSite } from '#failover/site.ts';
import { createdIdsEnvironment } from '#functions/created-ids.ts';
import { markTablesProperties } from '#functions/mark-tables/settings.ts';
import { allowMarkTables } from './permissions.ts';
import { SiteFunction } from './site-function.ts';

export interface MarkedTablesProps {
  readonly stack: Stack;
  readonly site: ManagedSite;
  /** The same with references to what the stacks create. */
  readonly deployed: ManagedSite;
  /** The ids of all placeholders in the site, as JSON; undefined: it has none. */
  readonly createdIds: string | undefined;
  /** Of the function. */
  readonly name: string;
  /** Of the deployed model (`modelDigest`). */
  readonly model: string;
  /**
   * What moves the routes. It depends on the marks, so that it is created after them, and
   * [deleted before them](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html).
   */
  readonly mover: IConstruct;
}

/**
 * Marks the site's route tables as this stack's (`failover/controller.ts`). The deployment fails if another stack has marked one of
 * them. A table that the topology no longer has loses the mark after the update has succeeded; all of them when the stack is deleted,
 * after what moves their routes.
 */
export class MarkedTables extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { stack, site, deployed, createdIds, name, model, mover }: MarkedTablesProps,
  ) {
    super(scope, id);
    const fn = new SiteFunction(this, 'Mark', {
      folder: 'mark-tables',
      name,
      site,
      environment: createdIdsEnvironment(createdIds),
      timeout: TIMEOUT,
      retryAttempts: 2,
    });
    allowMarkTables(fn, stack, deployed);
    const marks = new CustomResource(this, 'Tables', {
      resourceType: 'Custom::MarkedTables',
      serviceToken: fn.function.functionArn,
      // Two runs of the function: Lambda invokes it again if CloudFormation has not taken its answer.
      serviceTimeout: Duration.seconds(2 * TIMEOUT.toSeconds() + 120),
      // With each edit of the model the marks are verified, and CloudFormation has a resource to update.
      properties: { ...markTablesProperties(deployed), Model: model },
    });
    mover.node.addDependency(marks);
  }
}

/** A minute in which the role is not permitted yet, and calls that EC2 answers late. */
const TIMEOUT = Duration.seconds(120);
