import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ManagedSite } from '#failover/site.ts';
import { buildBundles } from '#infra/build-functions.ts';
import { addInstanceTriggers, routeSwapTarget } from '#infra/instance-triggers.ts';
import { ManagedRoutes } from '#infra/managed-routes.ts';
import { allowConfigPush, allowRouteSwap } from '#infra/permissions.ts';
import { SiteAlarms } from '#infra/site-alarms.ts';
import { SiteFunction } from '#infra/site-function.ts';
import { SITE } from '../failover/situation.ts';

beforeAll(buildBundles);

const REGION = SITE.region;
const { active, standby } = SITE.routers;

/** A created active router beside an existing standby. */
const MIXED: ManagedSite = { ...SITE, routers: { active: { ...active, instance: undefined }, standby } };
const CREATED: ManagedSite = {
  ...SITE,
  routers: { active: { ...active, instance: undefined }, standby: { ...standby, instance: undefined } },
};

function newStack(): Stack {
  return new Stack(new App(), 'Site', { env: { region: REGION, account: '123456789012' } });
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Statements of a stack's policies that allow an action. */
function allowing(stack: Stack, action: RegExp): Statement[] {
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const statements = policies.flatMap(
    ({ Properties }) => (Properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement,
  );
  return statements.filter(({ Action }) => [Action].flat().some((each) => action.test(each)));
}

function functionIn(stack: Stack, folder: 'route-swap' | 'config-push', site: ManagedSite) {
  return new SiteFunction(stack, 'Function', {
    folder,
    name: folder,
    site,
    environment: {},
    timeout: Duration.seconds(30),
    retryAttempts: 0,
  });
}

describe('Run Command', () => {
  const sendCommand = (site: ManagedSite) => {
    const stack = newStack();
    const table = new TableV2(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    allowRouteSwap(functionIn(stack, 'route-swap', site), stack, { site, table, documents: ['probe'] });
    const statements = allowing(stack, /^ssm:SendCommand$/);
    return statements.map(({ Resource, Condition }) => ({
      on: JSON.stringify(Resource).match(/(document|instance)\/[\w*-]+/g),
      Condition,
    }));
  };
  const byTag = {
    on: ['instance/*'],
    Condition: {
      StringEquals: {
        'ssm:resourceTag/vyos-failover': 'tokyo-virginia',
        'ssm:resourceTag/vyos-failover-site': 'tokyo',
      },
    },
  };

  it('is permitted on created routers by the tags of this topology and this site', () => {
    expect(sendCommand(CREATED)).toEqual([{ on: ['document/probe'] }, byTag]);
  });

  it('is permitted on existing routers by their ids, beside a created one and alone', () => {
    expect(sendCommand(MIXED)).toEqual([{ on: ['document/probe'] }, { on: [`instance/${standby.instance}`] }, byTag]);
    expect(sendCommand(SITE)).toEqual([
      { on: ['document/probe'] },
      { on: [`instance/${active.instance}`, `instance/${standby.instance}`] },
    ]);
  });

  it('is permitted to config-push in the same way', () => {
    const stack = newStack();
    const table = new TableV2(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    allowConfigPush(functionIn(stack, 'config-push', CREATED), stack, { site: CREATED, table, documents: ['show'] });
    expect(allowing(stack, /^ssm:SendCommand$/).map(({ Condition }) => Condition)).toEqual([
      undefined,
      byTag.Condition,
    ]);
  });
});

describe('the stack of an instance', () => {
  it('has rules of its own that may invoke the route-swap of the site, and an alarm with the name that a site has', () => {
    const stack = newStack();
    const { valueAsString: instance } = new CfnParameter(stack, 'Instance');
    const alarm = new SiteAlarms(stack, CREATED).add('status-check', { router: 'tokyo-1', instance });
    const functionArn = `arn:aws:lambda:${REGION}:123456789012:function:route-swap`;
    const routeSwap = LambdaFunction.fromFunctionAttributes(stack, 'RouteSwap', { functionArn, sameEnvironment: true });
    addInstanceTriggers(stack, {
      subject: 'Router tokyo-1',
      instances: [instance],
      statusChecks: [alarm],
      routeSwap: routeSwapTarget(routeSwap),
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'vyos-failover-tokyo-virginia--tokyo--status-check--tokyo-1',
      Dimensions: [{ Name: 'InstanceId', Value: { Ref: 'Instance' } }],
    });
    const rules = template.findResources('AWS::Events::Rule');
    expect(Object.keys(rules)).toHaveLength(3);
    expect(JSON.stringify(rules)).toContain('"instance-id":[{"Ref":"Instance"}]');
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
    const of = permissions.map(({ Properties }) => Properties as Record<string, unknown>);
    expect(of.map(({ FunctionName }) => FunctionName)).toEqual([functionArn, functionArn, functionArn]);
    const arns = Object.keys(rules).map((rule) => ({ 'Fn::GetAtt': [rule, 'Arn'] }));
    expect(of.map(({ SourceArn }) => SourceArn)).toEqual(expect.arrayContaining(arns));
  });
});

it('a function that times out is retried as often as it says: no event becomes too old before', () => {
  const stack = newStack();
  const seconds = 290;
  new SiteFunction(stack, 'Function', {
    folder: 'route-swap',
    name: 'route-swap',
    environment: {},
    timeout: Duration.seconds(seconds),
    retryAttempts: 2,
  });
  const configs = Template.fromStack(stack).findResources('AWS::Lambda::EventInvokeConfig');
  // The second retry begins after two runs, and pauses of one and two minutes.
  const age = 2 * seconds + 180 + 120;
  const expected = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: age };
  expect(Object.values(configs)).toMatchObject([{ Properties: expected }]);
});

describe('the creation of managed routes', () => {
  it('is permitted in exactly the managed tables, and is asked for by a resource that names every route', () => {
    const stack = newStack();
    const { valueAsString: table } = new CfnParameter(stack, 'FrontTable');
    const routes = ['10.2.0.0/20', '10.3.0.0/20'].map((destination) => ({ table, destination }));
    new ManagedRoutes(stack, 'ManagedRoutes', { stack, site: { ...CREATED, routes }, name: 'routes' });
    const routeActions = allowing(stack, /^ec2:/).map(({ Action, Resource }) => [Action, Resource]);
    expect(routeActions).toEqual([
      ['ec2:DescribeRouteTables', '*'],
      [
        'ec2:CreateRoute',
        {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, `:ec2:${REGION}:123456789012:route-table/`, { Ref: 'FrontTable' }],
          ],
        },
      ],
    ]);
    Template.fromStack(stack).hasResource('Custom::ManagedRoutes', {
      Properties: {
        Site: 'tokyo',
        Active: { Name: 'tokyo-1', Interface: active.eni },
        Tables: [{ Id: { Ref: 'FrontTable' }, Destinations: ['10.2.0.0/20', '10.3.0.0/20'] }],
      },
    });
  });

  it('is permitted to no other function: a swap cannot create a route', () => {
    const stack = newStack();
    const table = new TableV2(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    allowRouteSwap(functionIn(stack, 'route-swap', SITE), stack, { site: SITE, table, documents: ['probe'] });
    expect(allowing(stack, /Route$/).map(({ Action }) => Action)).toEqual(['ec2:ReplaceRoute']);
  });
});
