import type { EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { describeRoutes } from '#aws/route-tables.ts';
import { describeRouters } from '#aws/routers.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { account, eni1, eni2, looseEni, region, router1, router2, table } from '../emulator/account.fixture.ts';
import { openEc2 } from '../emulator/ec2/setup.ts';

const bgp = { tunnels: [], pair: [] };
const active: ManagedRouter = {
  name: 'tokyo-1',
  role: 'active',
  instance: router1,
  eni: eni1,
  instanceRole: 'tokyo-router',
  bgp,
};
const standby: ManagedRouter = {
  name: 'tokyo-2',
  role: 'standby',
  instance: router2,
  eni: eni2,
  instanceRole: 'tokyo-router',
  bgp,
};
/** A mistyped id: well formed, and of no instance. */
const MISTYPED = 'i-0a1b2c3d4e5f6001f';

/** Nothing is known of created routers. */
const NO_LAST = () => undefined;

async function seen(client: EC2Client, change: Partial<ManagedRouter> = {}) {
  const warned: unknown[] = [];
  const facts = await describeRouters(client, [{ ...active, ...change }, standby], NO_LAST, (_, error) =>
    warned.push(error),
  );
  expect(warned).toEqual([]);
  return facts['tokyo-1'];
}

function withoutInterfaces(client: EC2Client): EC2Client {
  return {
    send: (command: object) =>
      command.constructor.name === 'DescribeNetworkInterfacesCommand'
        ? Promise.reject(new Error('Rate exceeded'))
        : client.send(command as never),
  } as unknown as EC2Client;
}

describe('what EC2 knows of a router', () => {
  it('is how its instance is, and where its interface is', async () => {
    const { client } = await openEc2();
    expect(await seen(client)).toEqual({
      instance: 'running',
      statusChecks: 'ok',
      interface: 'attached',
      attachedTo: router1,
      sourceDestCheck: false,
    });
  });

  it('is the instance on its interface where the topology has a mistyped one', async () => {
    const { client } = await openEc2();
    expect(await seen(client, { instance: MISTYPED })).toMatchObject({
      instance: 'running',
      interface: 'attached',
      attachedTo: router1,
    });
  });

  it('is the instance on its interface where that of the topology has ended: it was replaced', async () => {
    const { client, ec2, clock } = await openEc2();
    ec2.lifecycle.terminate(region, router2);
    await clock.advance(600_000);
    expect(await seen(client, { instance: router2 })).toMatchObject({
      instance: 'running',
      interface: 'attached',
      attachedTo: router1,
    });
  });

  it.each([
    ['detached', looseEni, 'detached'],
    ['gone', 'eni-0a1b2c3d4e5f6001f', 'missing'],
  ])('is a terminated instance that EC2 no longer lists if its interface is %s', async (_, eni, expected) => {
    const { client } = await openEc2();
    const facts = await seen(client, { instance: MISTYPED, eni });
    expect(facts).toMatchObject({ instance: 'terminated', interface: expected });
    expect(facts?.attachedTo).toBeUndefined();
  });

  it('is known although EC2 does not report the other router’s instance, where one id is unknown to EC2', async () => {
    const { client } = await openEc2();
    const throttled = {
      send: (command: { input: { InstanceIds?: string[] } }) =>
        command.input.InstanceIds?.join(',') === router2
          ? Promise.reject(new Error('Rate exceeded'))
          : client.send(command as never),
    } as unknown as EC2Client;
    const routers = [{ ...active, instance: MISTYPED, eni: looseEni }, standby];
    const facts = await describeRouters(throttled, routers, NO_LAST, () => undefined);
    expect(facts['tokyo-1']).toMatchObject({ instance: 'terminated', interface: 'detached' });
    expect(facts['tokyo-2']).toMatchObject({ instance: 'unknown', interface: 'attached' });
  });

  it.each([
    ['that there is none', MISTYPED],
    ['that it has ended, so that it may have been replaced', router2],
  ])('is unknown while EC2 reports the instance as %s and does not report the interface', async (_, instance) => {
    const { client, ec2, clock } = await openEc2();
    ec2.lifecycle.terminate(region, router2);
    await clock.advance(600_000);
    const facts = await describeRouters(withoutInterfaces(client), [{ ...active, instance }], NO_LAST, () => undefined);
    expect(facts['tokyo-1']).toMatchObject({ instance: 'unknown', interface: 'unknown' });
  });

  it('is stopping where EC2 says so, and nothing of the interface', async () => {
    const { client, ec2 } = await openEc2();
    ec2.lifecycle.stop(region, router2);
    const facts = await describeRouters(withoutInterfaces(client), [active, standby], NO_LAST, () => undefined);
    expect(facts['tokyo-2']).toMatchObject({ instance: 'stopping', interface: 'unknown' });
  });

  it.each<[string, (request: object) => Promise<object>]>([
    ['does not answer', () => Promise.reject(new Error('Rate exceeded'))],
    ['answers with nothing', () => Promise.resolve({ InstanceStatuses: [] })],
  ])(
    'was replaced, and EC2 %s about the instance that is gone: where its interface is at the right place is unknown',
    async (_, answer) => {
      const { client } = await openEc2();
      const throttled = {
        send: (command: { input: { InstanceIds?: string[] } }) =>
          command.input.InstanceIds?.includes(router2) ? answer(command) : client.send(command as never),
      } as unknown as EC2Client;
      const facts = await describeRouters(throttled, [{ ...active, instance: router2 }], NO_LAST, () => undefined);
      expect(facts['tokyo-1']).toMatchObject({ instance: 'unknown', interface: 'unknown', attachedTo: router1 });
    },
  );

  it.each([
    ['detaching', 'detached'],
    ['attaching', 'detached'],
    [undefined, 'unknown'],
    ['busy', 'unknown'],
  ])('has an interface that is %s: %s', async (Status, expected) => {
    const { client } = await openEc2();
    const moved = {
      send: async (command: object) => {
        const answer: object = await client.send(command as never);
        const found = (answer as { NetworkInterfaces?: object[] }).NetworkInterfaces;
        const interfaces = found?.map((eni) => ({ ...eni, Attachment: { Status } }));
        return interfaces === undefined ? answer : { NetworkInterfaces: interfaces };
      },
    } as unknown as EC2Client;
    expect(await seen(moved)).toMatchObject({ instance: 'running', interface: expected });
  });

  it('is another instance on its interface', async () => {
    const { client } = await openEc2();
    expect(await seen(client, { eni: eni2 })).toMatchObject({
      instance: 'running',
      interface: 'elsewhere',
      attachedTo: router2,
    });
  });

  it.each(['impair', 'impairVolumes'] as const)('is impaired if any status check is: %s', async (act) => {
    const { client, ec2 } = await openEc2();
    ec2.lifecycle[act](region, router1);
    expect(await seen(client)).toMatchObject({ instance: 'running', statusChecks: 'impaired' });
  });

  it('is ok without volumes, of which EC2 then says nothing', async () => {
    const { client } = await openEc2();
    const withoutVolumes = {
      send: async (command: object) => {
        const answer: object = await client.send(command as never);
        const statuses = (answer as { InstanceStatuses?: object[] }).InstanceStatuses;
        return statuses
          ? { InstanceStatuses: statuses.map((each) => ({ ...each, AttachedEbsStatus: undefined })) }
          : answer;
      },
    } as unknown as EC2Client;
    expect(await seen(withoutVolumes)).toMatchObject({ statusChecks: 'ok' });
  });

  it('is what EC2 is going to do to it, and which of it is over', async () => {
    const { client, ec2, clock } = await openEc2();
    const notBefore = clock.now() + 3_600_000;
    const retired = {
      id: 'e-1',
      code: 'instance-retirement',
      description: 'The hardware is degraded',
      notBefore,
    } as const;
    ec2.lifecycle.schedule(region, router1, retired);
    ec2.lifecycle.schedule(region, router1, { ...retired, id: 'e-2', description: '[Completed] Rebooted' });
    ec2.lifecycle.schedule(region, router1, { ...retired, id: 'e-3', description: '[Canceled] Not needed' });
    const its = { code: 'instance-retirement', notBefore };
    expect((await seen(client))?.events).toEqual([
      { ...its, description: 'The hardware is degraded' },
      { ...its, description: '[Completed] Rebooted', over: true },
      { ...its, description: '[Canceled] Not needed', over: true },
    ]);
  });
});

describe('what EC2 knows of a created router', () => {
  /** The calls that each round trip to EC2 makes, by command and first id. */
  function counted(client: EC2Client): { readonly client: EC2Client; readonly calls: string[] } {
    const calls: string[] = [];
    const send = (command: { readonly input: { readonly InstanceIds?: string[] } }) => {
      calls.push(`${command.constructor.name.replace('Command', '')} ${command.input.InstanceIds?.[0] ?? ''}`.trim());
      return client.send(command as never);
    };
    return { client: { send } as unknown as EC2Client, calls };
  }
  const created = { ...active, instance: undefined };
  const facts = async (client: EC2Client, last: string | undefined, router: ManagedRouter = created) =>
    (
      await describeRouters(
        client,
        [router],
        () => last,
        () => undefined,
      )
    )['tokyo-1'];
  const well = { instance: 'running', statusChecks: 'ok', interface: 'attached', attachedTo: router1 };

  it('takes one round trip where it is still its last instance', async () => {
    const { client, calls } = counted((await openEc2()).client);
    expect(await facts(client, router1)).toMatchObject(well);
    expect(calls).toEqual(['DescribeNetworkInterfaces', `DescribeInstanceStatus ${router1}`]);
  });

  it.each([
    ['that runs', router2],
    ['that EC2 no longer knows', MISTYPED],
  ])('is the instance on its interface, whatever the last one %s is', async (_, last) => {
    const { client } = await openEc2();
    expect(await facts(client, last)).toMatchObject(well);
  });

  it('is the instance on its interface where nothing was known', async () => {
    const { client, calls } = counted((await openEc2()).client);
    expect(await facts(client, undefined)).toMatchObject(well);
    expect(calls).toEqual(['DescribeNetworkInterfaces', `DescribeInstanceStatus ${router1}`]);
  });

  it.each([router1, undefined])(
    'is terminated or unknown, and its interface is detached: last instance %s',
    async (last) => {
      const { client, ec2, clock } = await openEc2();
      ec2.lifecycle.terminate(region, router1);
      await clock.advance(600_000);
      const found = await facts(client, last);
      expect(found).toMatchObject({ instance: last === undefined ? 'unknown' : 'terminated', interface: 'detached' });
      expect(found?.attachedTo).toBeUndefined();
    },
  );

  it('is its last instance while EC2 does not report the interface, unless that one has ended', async () => {
    const { client, ec2, clock } = await openEc2();
    expect(await facts(withoutInterfaces(client), router1)).toMatchObject({
      instance: 'running',
      interface: 'unknown',
    });
    ec2.lifecycle.terminate(region, router1);
    await clock.advance(600_000);
    expect(await facts(withoutInterfaces(client), router1)).toMatchObject({
      instance: 'unknown',
      interface: 'unknown',
    });
  });
});

it('routes of more tables than EC2 takes in one filter are all read', async () => {
  const tables = Array.from({ length: 250 }, (_, i) => `rtb-${String(i).padStart(17, '0')}`);
  const plain = account();
  const here = plain.regions[region];
  const [first] = here?.routeTables ?? [];
  if (here === undefined || first === undefined) throw new Error(`the account has no ${table}`);
  const many = tables.map((id) => ({ id, vpc: first.vpc, routes: [{ destination: '10.2.0.0/20', target: eni1 }] }));
  const { client } = await openEc2({ account: { regions: { [region]: { ...here, routeTables: many } } } });
  const routes = await describeRoutes(
    client,
    tables.map((each) => ({ table: each, destination: '10.2.0.0/20' })),
  );
  expect(routes.map((route) => [route.table, route.target])).toEqual(tables.map((each) => [each, eni1]));
});
