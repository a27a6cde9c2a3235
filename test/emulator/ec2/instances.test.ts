import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { eni1, region, router1, router2, table } from '../account.fixture.ts';
import { openEc2, refusal } from './setup.ts';

const routeStates = async (client: EC2Client) => {
  const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ RouteTableIds: [table] }));
  const routes = RouteTables?.[0]?.Routes?.filter(({ NetworkInterfaceId }) => NetworkInterfaceId === eni1);
  return new Set(routes?.map(({ State, InstanceId }) => [State, InstanceId].join(' ').trim()));
};

const stateOf = async (client: EC2Client, id = router1) => {
  const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0]?.State?.Name;
};

const checkOf = async (client: EC2Client) => {
  const command = new DescribeInstanceStatusCommand({ InstanceIds: [router1], IncludeAllInstances: true });
  const { InstanceStatuses } = await client.send(command);
  const [status] = InstanceStatuses ?? [];
  return [status?.InstanceStatus?.Status, status?.SystemStatus?.Status];
};

test('A stopped instance goes by way of stopping; its routes are a blackhole only when it has stopped', async () => {
  const { client, clock, ec2 } = await openEc2();
  const { StoppingInstances } = await client.send(new StopInstancesCommand({ InstanceIds: [router1] }));
  expect(StoppingInstances).toMatchObject([
    { InstanceId: router1, PreviousState: { Name: 'running' }, CurrentState: { Name: 'stopping' } },
  ]);
  expect(ec2.guests.find(region, router1)?.responsive).toBe(false);
  await clock.advance(19_999);
  expect([await stateOf(client), await routeStates(client)]).toEqual(['stopping', new Set([`active ${router1}`])]);
  await clock.advance(1);
  expect([await stateOf(client), await routeStates(client)]).toEqual(['stopped', new Set([`blackhole ${router1}`])]);
});

test('A terminated instance leaves its interface behind, detached, and its routes a blackhole', async () => {
  const { client, clock } = await openEc2();
  await client.send(new TerminateInstancesCommand({ InstanceIds: [router1] }));
  expect(await stateOf(client)).toBe('shutting-down');
  await clock.advance(20_000);
  expect([await stateOf(client), await routeStates(client)]).toEqual(['terminated', new Set(['blackhole'])]);
});

test('A started instance is pending, then running, answers after its boot and is ok after its checks', async () => {
  const { client, clock, ec2 } = await openEc2();
  await client.send(new StopInstancesCommand({ InstanceIds: [router1] }));
  await clock.advance(20_000);
  await client.send(new StartInstancesCommand({ InstanceIds: [router1] }));
  expect([await stateOf(client), await checkOf(client)]).toEqual(['pending', ['not-applicable', 'not-applicable']]);
  await clock.advance(5_000);
  expect([await stateOf(client), await routeStates(client)]).toEqual(['running', new Set([`active ${router1}`])]);
  expect(await checkOf(client)).toEqual(['initializing', 'initializing']);
  const responsive = () => ec2.guests.find(region, router1)?.responsive;
  expect(responsive()).toBe(false);
  await clock.advance(20_000);
  expect(responsive()).toBe(true);
  await clock.advance(100_000);
  expect(await checkOf(client)).toEqual(['ok', 'ok']);
});

test('A hung instance stays running with active routes; its status check fails a minute later', async () => {
  const { client, clock, ec2, events } = await openEc2();
  ec2.lifecycle.hang(region, router1);
  expect(ec2.guests.find(region, router1)?.responsive).toBe(false);
  await clock.advance(59_999);
  expect(await checkOf(client)).toEqual(['ok', 'ok']);
  await clock.advance(1);
  expect([await stateOf(client), await checkOf(client)]).toEqual(['running', ['impaired', 'ok']]);
  expect(await routeStates(client)).toEqual(new Set([`active ${router1}`]));
  expect(events).toEqual([]);
});

test('A hung instance that recovers in time is never impaired', async () => {
  const { client, clock, ec2 } = await openEc2();
  ec2.lifecycle.hang(region, router1);
  await clock.advance(30_000);
  ec2.lifecycle.recover(region, router1);
  await clock.advance(120_000);
  expect([await checkOf(client), ec2.guests.find(region, router1)?.responsive]).toEqual([['ok', 'ok'], true]);
});

test('A reboot silences the guest for a while and heals a hung one', async () => {
  const { client, clock, ec2, events } = await openEc2();
  ec2.lifecycle.hang(region, router1);
  await clock.advance(60_000);
  await client.send(new RebootInstancesCommand({ InstanceIds: [router1] }));
  const responsive = () => ec2.guests.find(region, router1)?.responsive;
  expect([await stateOf(client), responsive()]).toEqual(['running', false]);
  await clock.advance(30_000);
  expect([await checkOf(client), responsive(), events]).toEqual([['ok', 'ok'], true, []]);
});

test('Every change of state is an event', async () => {
  const { clock, ec2, events } = await openEc2();
  ec2.lifecycle.stop(region, router1);
  await clock.advance(20_000);
  ec2.lifecycle.start(region, router1);
  await clock.advance(5_000);
  ec2.lifecycle.terminate(region, router1);
  await clock.advance(20_000);
  expect(events.map(({ detail }) => detail['state'])).toEqual([
    'stopping',
    'stopped',
    'pending',
    'running',
    'shutting-down',
    'terminated',
  ]);
  expect(events[0]).toEqual({
    region,
    source: 'aws.ec2',
    detailType: 'EC2 Instance State-change Notification',
    detail: { 'instance-id': router1, state: 'stopping' },
    resources: [`arn:aws:ec2:${region}:123456789012:instance/${router1}`],
  });
});

test('An instance terminated while it was stopping never comes to stopped', async () => {
  const { clock, ec2, events } = await openEc2();
  ec2.lifecycle.stop(region, router1);
  await clock.advance(10_000);
  ec2.lifecycle.terminate(region, router1);
  await clock.advance(60_000);
  expect(events.map(({ detail }) => detail['state'])).toEqual(['stopping', 'shutting-down', 'terminated']);
});

test('Volumes that hang fail the attached-EBS check and none of the others, and count as a failed check', async () => {
  const { client, ec2 } = await openEc2();
  ec2.lifecycle.impairVolumes(region, router1);
  const command = new DescribeInstanceStatusCommand({ InstanceIds: [router1] });
  const { InstanceStatuses } = await client.send(command);
  expect(InstanceStatuses?.[0]).toMatchObject({
    InstanceStatus: { Status: 'ok' },
    SystemStatus: { Status: 'ok' },
    AttachedEbsStatus: { Status: 'impaired', Details: [{ Name: 'reachability', Status: 'failed' }] },
  });
  const put = new Map<string, number>();
  ec2.putStatusChecks(({ dimensions, name, value }) => dimensions['InstanceId'] === router1 && put.set(name, value));
  expect(Object.fromEntries(put)).toEqual({
    StatusCheckFailed: 1,
    StatusCheckFailed_Instance: 0,
    StatusCheckFailed_System: 0,
    StatusCheckFailed_AttachedEBS: 1,
  });
  ec2.lifecycle.recover(region, router1);
  expect((await client.send(command)).InstanceStatuses?.[0]?.AttachedEbsStatus?.Status).toBe('ok');
});

test('A scheduled event is shown, and how it ended', async () => {
  const { client, clock, ec2 } = await openEc2();
  const event = { id: 'instance-event-1', code: 'instance-retirement', notBefore: clock.now() + 3_600_000 } as const;
  const shown = async () => {
    const { InstanceStatuses } = await client.send(new DescribeInstanceStatusCommand({ InstanceIds: [router1] }));
    return InstanceStatuses?.[0]?.Events;
  };
  expect(await shown()).toEqual([]);
  ec2.lifecycle.schedule(region, router1, { ...event, description: 'The hardware is degraded' });
  const expected = {
    InstanceEventId: 'instance-event-1',
    Code: 'instance-retirement',
    NotBefore: new Date(event.notBefore),
  };
  expect(await shown()).toEqual([{ ...expected, Description: 'The hardware is degraded' }]);
  ec2.lifecycle.schedule(region, router1, { ...event, description: '[Completed] The hardware is degraded' });
  expect(await shown()).toEqual([{ ...expected, Description: '[Completed] The hardware is degraded' }]);
});

test('AWS Health publishes the event under its own name, and its end as closed', async () => {
  const { clock, ec2, events } = await openEc2();
  const event = { id: 'e-1', code: 'instance-retirement', notBefore: clock.now() + 3_600_000 } as const;
  ec2.lifecycle.schedule(region, router1, { ...event, description: 'The hardware is degraded' });
  ec2.lifecycle.schedule(region, router1, { ...event, description: '[Canceled] The hardware is degraded' });
  expect(events).toMatchObject([
    {
      source: 'aws.health',
      detailType: 'AWS Health Event',
      resources: [router1],
      detail: {
        service: 'EC2',
        eventTypeCode: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
        eventTypeCategory: 'scheduledChange',
        statusCode: 'upcoming',
        startTime: new Date(event.notBefore).toUTCString(),
        affectedEntities: [{ entityValue: router1 }],
      },
    },
    { detail: { statusCode: 'closed' } },
  ]);
});

test('A spot instance is taken back two minutes after its warning; a recommendation takes nothing', async () => {
  const { clock, ec2, events } = await openEc2();
  ec2.lifecycle.recommendRebalance(region, router2);
  ec2.lifecycle.interrupt(region, router1);
  await clock.advance(119_000);
  const warned = { 'instance-id': router1, 'instance-action': 'terminate' };
  expect(events).toMatchObject([
    { detailType: 'EC2 Instance Rebalance Recommendation', detail: { 'instance-id': router2 } },
    { detailType: 'EC2 Spot Instance Interruption Warning', detail: warned },
  ]);
  await clock.advance(2_000);
  expect(events.at(-1)?.detail).toEqual({ 'instance-id': router1, state: 'shutting-down' });
});

test('DescribeInstanceStatus leaves out what is not running, unless it is asked for all', async () => {
  const { client, ec2 } = await openEc2();
  ec2.lifecycle.stop(region, router1);
  const ids = async (IncludeAllInstances: boolean) => {
    const command = new DescribeInstanceStatusCommand({ InstanceIds: [router1, router2], IncludeAllInstances });
    return (await client.send(command)).InstanceStatuses?.map(({ InstanceId }) => InstanceId);
  };
  expect([await ids(false), await ids(true)]).toEqual([[router2], [router1, router2]]);
});

test('A check without data reports insufficient-data and no metric', async () => {
  const { client, ec2 } = await openEc2();
  ec2.lifecycle.impair(region, router1, 'insufficient-data');
  expect(await checkOf(client)).toEqual(['insufficient-data', 'insufficient-data']);
  const put: (string | undefined)[] = [];
  ec2.putStatusChecks(({ dimensions }) => put.push(dimensions['InstanceId']));
  expect(put).not.toContain(router1);
});

test('The status checks are metrics of the running instances', async () => {
  const { ec2 } = await openEc2();
  ec2.lifecycle.impair(region, router1);
  ec2.lifecycle.stop(region, router2);
  const put: [string | undefined, string, number][] = [];
  ec2.putStatusChecks(({ dimensions, name, value }) => put.push([dimensions['InstanceId'], name, value]));
  expect(put.filter(([id]) => id === router1)).toEqual([
    [router1, 'StatusCheckFailed', 1],
    [router1, 'StatusCheckFailed_Instance', 1],
    [router1, 'StatusCheckFailed_System', 0],
    [router1, 'StatusCheckFailed_AttachedEBS', 0],
  ]);
  expect(put.filter(([id]) => id === router2)).toEqual([]);
});

test.each([
  ['starting', 'while it is stopping', new StartInstancesCommand({ InstanceIds: [router1] }), 10_000],
  ['rebooting', 'when it has stopped', new RebootInstancesCommand({ InstanceIds: [router1] }), 20_000],
])('EC2 refuses %s an instance %s', async (_what, _when, command, after) => {
  const { client, clock, ec2 } = await openEc2();
  ec2.lifecycle.stop(region, router1);
  await clock.advance(after);
  const call = client.send(command as StartInstancesCommand);
  expect(await refusal(call)).toMatchObject({ code: 'IncorrectInstanceState', status: 400 });
});

test.each([
  ['an unknown instance', 'InvalidInstanceID.NotFound', [router1, 'i-00000000']],
  ['a malformed one', 'InvalidInstanceID.Malformed', [router1, 'banana']],
  ['none', 'MissingParameter', []],
])('StopInstances refuses %s with %s and stops nothing', async (_name, code, InstanceIds) => {
  const { client } = await openEc2();
  expect(await refusal(client.send(new StopInstancesCommand({ InstanceIds })))).toMatchObject({ code });
  expect(await stateOf(client)).toBe('running');
});

test.each([
  ['stop', new StopInstancesCommand({ InstanceIds: [router1], DryRun: true })],
  ['start', new StartInstancesCommand({ InstanceIds: [router1], DryRun: true })],
])('A dry run of a %s changes nothing', async (_name, command) => {
  const { client } = await openEc2();
  const call = client.send(command as StartInstancesCommand);
  expect(await refusal(call)).toMatchObject({ code: 'DryRunOperation', status: 412 });
  expect(await stateOf(client)).toBe('running');
});
