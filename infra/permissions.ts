import { ArnFormat, type Stack, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { EVENT_SOURCE } from '#contracts/events.ts';
import { CONTROLLER_TAG, controllerOf } from '#failover/controller.ts';
import { type ManagedSite, routersOf } from '#failover/site.ts';
import { bootParameterName } from '#vyos/boot-values.ts';
import { chunks } from './chunks.ts';
import { readableArn } from './readable-arn.ts';
import type { SiteFunction } from './site-function.ts';
import { TABLES_PER_STATEMENT } from './table-policies.ts';

/** EC2's Describe calls have no resource-level permissions; IAM accepts only `*` for them. */
const DESCRIBE = ['ec2:DescribeRouteTables', 'ec2:DescribeInstanceStatus', 'ec2:DescribeNetworkInterfaces'];

/** Has no resource-level permissions either. */
const DESCRIBE_AGENTS = ['ssm:DescribeInstanceInformation'];

/** Every function may read the whole table. */
const READ_TABLE = ['dynamodb:Query', 'dynamodb:GetItem'];

/**
 * route-swap: the only function that may change routes, and only in the managed tables. IAM has no finer limit. It runs
 * the probe's document if the store does not answer, and one more for `doctor`; both are read-only.
 */
export function allowRouteSwap(
  fn: SiteFunction,
  stack: Stack,
  { site, table, documents }: { site: ManagedSite; table: TableV2; documents: readonly string[] },
): void {
  fn.allow(DESCRIBE, ['*']);
  fn.allow(READ_TABLE, [table.tableArn]);
  allowWrites(fn, table, ['PutItem', 'UpdateItem', 'DeleteItem'], ['swap', 'answer#*', 'history', 'detail#*']);
  allowRunCommand(fn, stack, site, documents);
  // For `status`: which programs are deployed.
  fn.allow(
    ['ssm:GetParameters'],
    routersOf(site).map(({ name }) => {
      const resourceName = bootParameterName({ name: site.topology }, site, name).slice(1);
      return stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName });
    }),
  );
  allowAnnouncements(fn, stack);
  // Last, so that what does not fit into the role's own policy is always this.
  allowOnTables(fn, stack, site, 'ec2:ReplaceRoute');
  acknowledgeDescribe(fn);
}

/** create-routes: the only function that may create routes, in the managed tables; it can neither replace nor delete one. */
export function allowCreateRoutes(fn: SiteFunction, stack: Stack, site: ManagedSite): void {
  fn.allow(['ec2:DescribeRouteTables'], ['*']);
  allowOnTables(fn, stack, site, 'ec2:CreateRoute');
  acknowledgeDescribe(fn);
}

/** With the conditions of mark-tables, more tables would exceed the managed policies that a role may have. */
const MOST_NAMED_TABLES = 150;

/**
 * mark-tables: one tag. It may be given to the managed tables, and be removed where it is this stack's: from a table that the topology
 * no longer has, too.
 */
export function allowMarkTables(fn: SiteFunction, stack: Stack, site: ManagedSite): void {
  fn.allow(['ec2:DescribeRouteTables'], ['*']);
  const onlyThisTag = {
    'ForAllValues:StringEquals': { 'aws:TagKeys': [CONTROLLER_TAG] },
    // ForAllValues holds where there is no key at all.
    Null: { 'aws:TagKeys': 'false' },
  };
  const tables = ec2Arn(stack, 'route-table/*');
  fn.allow(['ec2:DeleteTags'], [tables], {
    ...onlyThisTag,
    StringEquals: { [`aws:ResourceTag/${CONTROLLER_TAG}`]: controllerOf(site) },
  });
  const ownMark = {
    ...onlyThisTag,
    StringEquals: { [`aws:RequestTag/${CONTROLLER_TAG}`]: controllerOf(site) },
    // Of two stacks that find a table unmarked at the same moment, EC2 refuses the second one's tag.
    StringEqualsIfExists: { [`aws:ResourceTag/${CONTROLLER_TAG}`]: controllerOf(site) },
  };
  const count = new Set(site.routes.map(({ table }) => table)).size;
  if (count <= MOST_NAMED_TABLES) allowOnTables(fn, stack, site, 'ec2:CreateTags', ownMark);
  else fn.allow(['ec2:CreateTags'], [tables], ownMark);
  acknowledgeDescribe(fn);
  Validations.of(fn).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${readableArn(tables, stack)}]`,
    reason:
      'A table that the topology no longer has is not named here; the conditions allow the removal of this stack’s own mark only.',
  });
}

function allowOnTables(
  fn: SiteFunction,
  stack: Stack,
  site: ManagedSite,
  action: `ec2:${string}Route` | 'ec2:CreateTags',
  conditions?: Record<string, unknown>,
): void {
  const tables = [...new Set(site.routes.map((route) => route.table))];
  for (const some of chunks(tables, TABLES_PER_STATEMENT)) {
    fn.allow(
      [action],
      some.map((id) => ec2Arn(stack, `route-table/${id}`)),
      conditions,
    );
  }
}

/**
 * health-probe: runs one document on two instances, invokes route-swap, and config-push after an abandoned push. It changes no
 * route and no configuration.
 */
export function allowHealthProbe(
  fn: SiteFunction,
  stack: Stack,
  {
    site,
    table,
    document,
    routeSwap,
    configPush,
  }: { site: ManagedSite; table: TableV2; document: string; routeSwap: SiteFunction; configPush: string },
): void {
  allowRunCommand(fn, stack, site, [document]);
  fn.allow([...DESCRIBE, ...DESCRIBE_AGENTS], ['*']);
  fn.allow(READ_TABLE, [table.tableArn]);
  allowWrites(fn, table, ['PutItem'], ['probe']);
  allowAnnouncements(fn, stack);
  // By its name: the stack makes config-push later.
  const settling = stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: configPush,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  fn.allow(['lambda:InvokeFunction'], [routeSwap.function.functionArn, settling]);
  acknowledgeDescribe(fn);
}

/** config-push: runs three documents on two instances. No route, and no other instance. */
export function allowConfigPush(
  fn: SiteFunction,
  stack: Stack,
  { site, table, documents }: { site: ManagedSite; table: TableV2; documents: readonly string[] },
): void {
  allowRunCommand(fn, stack, site, documents);
  fn.allow([...DESCRIBE, ...DESCRIBE_AGENTS], ['*']);
  fn.allow(READ_TABLE, [table.tableArn]);
  allowWrites(fn, table, ['PutItem'], ['push', 'push-detail#*', 'history']);
  allowAnnouncements(fn, stack);
  acknowledgeDescribe(fn);
}

/** notify: its own memory, what the probe found, and the topics of the site. */
export function allowNotify(fn: SiteFunction, { table, topics }: { table: TableV2; topics: readonly ITopic[] }): void {
  fn.allow(['dynamodb:GetItem'], [table.tableArn], {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['notify', 'probe'] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  });
  allowWrites(fn, table, ['PutItem'], ['notify']);
  fn.allow(
    ['sns:Publish'],
    topics.map(({ topicArn }) => topicArn),
  );
}

/** Each function writes only its own items, so that neither a bug nor an intruder in it can forge those of another. */
function allowWrites(
  fn: SiteFunction,
  table: TableV2,
  calls: readonly ('PutItem' | 'UpdateItem' | 'DeleteItem')[],
  partitions: readonly string[],
): void {
  fn.allow(
    calls.map((call) => `dynamodb:${call}`),
    [table.tableArn],
    {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...partitions] },
      // ForAllValues holds where there is no key at all.
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  );
}

/** Exactly these documents, on exactly the pair: existing routers by their instance ids, created ones by their tags. */
function allowRunCommand(fn: SiteFunction, stack: Stack, site: ManagedSite, documents: readonly string[]): void {
  // Two statements: a condition for the one kind of resource would deny the other.
  fn.allow(
    ['ssm:SendCommand'],
    documents.map((name) => stack.formatArn({ service: 'ssm', resource: 'document', resourceName: name })),
  );
  const existing = routersOf(site).flatMap(({ instance }) => (instance === undefined ? [] : [instance]));
  if (existing.length > 0) {
    fn.allow(
      ['ssm:SendCommand'],
      existing.map((instance) => ec2Arn(stack, `instance/${instance}`)),
    );
  }
  if (existing.length < routersOf(site).length) allowByTag(fn, stack, site);
  fn.allow(['ssm:GetCommandInvocation', 'ssm:CancelCommand'], ['*']);
}

/**
 * On the instances of created routers, which have the tags of their stack
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html).
 */
function allowByTag(fn: SiteFunction, stack: Stack, { topology, name }: ManagedSite): void {
  const instances = ec2Arn(stack, 'instance/*');
  fn.allow(['ssm:SendCommand'], [instances], {
    StringEquals: { 'ssm:resourceTag/vyos-failover': topology, 'ssm:resourceTag/vyos-failover-site': name },
  });
  Validations.of(fn).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${readableArn(instances, stack)}]`,
    reason:
      'A created router is whatever instance its interface is attached to, so its id is not known here; the condition allows the instances with the tags of this topology and site only.',
  });
}

/** Our own events, on the default bus. */
function allowAnnouncements(fn: SiteFunction, stack: Stack): void {
  fn.allow(
    ['events:PutEvents'],
    [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
    {
      // A PutEvents call has a source for each of its entries.
      'ForAllValues:StringEquals': { 'events:source': EVENT_SOURCE },
    },
  );
}

function ec2Arn(stack: Stack, resource: string): string {
  return `arn:${stack.partition}:ec2:${stack.region}:${stack.account}:${resource}`;
}

function acknowledgeDescribe(fn: SiteFunction): void {
  Validations.of(fn).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'ec2:Describe*, ssm:DescribeInstanceInformation, ssm:GetCommandInvocation and ssm:CancelCommand know no resource-level permissions (Service Authorization Reference).',
  });
}
