import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  EC2Client,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { createFaults } from '#emulator/faults.ts';
import { createRandom } from '#emulator/random.ts';
import { startEmulator } from '#emulator/start.ts';
import { account, eni1, eni2, region, router1, table } from '../account.fixture.ts';
import { manualClock } from '../manual-clock.ts';
import { of, run } from './assembly.fixture.ts';

const options = (emulator: Emulator) => ({
  endpoint: emulator.endpoint,
  region,
  credentials: emulator.credentials.forUser(),
  maxAttempts: 1,
});
const ec2 = (emulator: Emulator) => new EC2Client(options(emulator));
const move = (emulator: Emulator, to = eni2) =>
  ec2(emulator).send(
    new ReplaceRouteCommand({ RouteTableId: table, DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: to }),
  );
const seen = async (emulator: Emulator) => {
  const { RouteTables } = await ec2(emulator).send(new DescribeRouteTablesCommand({ RouteTableIds: [table] }));
  return RouteTables?.[0]?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '10.2.0.0/20')
    ?.NetworkInterfaceId;
};
const truth = (emulator: Emulator) => emulator.ec2.nextHop(region, table, '10.2.0.5');
const start = async () => {
  const emulator = await startEmulator({ account: account() });
  onTestFinished(() => emulator.close());
  return emulator;
};

describe('a fault', () => {
  it('throttles the given number of calls with the code of the service', async () => {
    const emulator = await start();
    emulator.faults.add({ kind: 'throttle', action: 'ReplaceRoute', times: 1 });
    await expect(move(emulator)).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    await move(emulator);
    expect(of(emulator, 'fault')).toMatchObject([{ fault: 'throttle', service: 'ec2', action: 'ec2:ReplaceRoute' }]);
    emulator.faults.add({ kind: 'throttle', service: 'ssm' });
    await expect(new SSMClient(options(emulator)).send(new GetParameterCommand({ Name: '/x' }))).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
  });

  it('denies with the code of the service, and nothing changes', async () => {
    const emulator = await start();
    const before = truth(emulator);
    emulator.faults.add({ kind: 'denied', resource: `*/${table}` });
    await expect(move(emulator)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    expect(truth(emulator)).toEqual(before);
  });

  it('answers any error that AWS could', async () => {
    const emulator = await start();
    emulator.faults.add({ kind: 'error', code: 'InternalError', status: 500, service: 'ec2', region });
    await expect(move(emulator)).rejects.toMatchObject({ name: 'InternalError', $metadata: { httpStatusCode: 500 } });
  });

  it('holds a call back before it takes effect', async () => {
    const clock = manualClock();
    const emulator = await run({}, { clock });
    emulator.faults.add({ kind: 'latency', ms: 3_000, action: 'ec2:ReplaceRoute' });
    const moved = move(emulator);
    await new Promise<void>((resolve) => {
      const end = emulator.on(({ kind }) => {
        if (kind !== 'fault') return;
        end();
        resolve();
      });
    });
    await clock.advance(2_999);
    expect(of(emulator, 'call')).toEqual([]);
    await clock.advance(1);
    await moved;
    expect(of(emulator, 'call')).toMatchObject([{ action: 'ReplaceRoute' }]);
  });

  it('shows reads what was there before the last write', async () => {
    const emulator = await start();
    await move(emulator, eni1);
    await move(emulator, eni2);
    emulator.faults.add({ kind: 'stale-read', action: 'Describe*', times: 1 });
    expect([await seen(emulator), await seen(emulator)]).toEqual([eni1, eni2]);
  });

  it('loses the answer of a call that took effect', async () => {
    const emulator = await start();
    await move(emulator, eni1);
    emulator.faults.add({ kind: 'lost-answer', action: 'ReplaceRoute', times: 1 });
    await expect(move(emulator, eni2)).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect(await seen(emulator)).toBe(eni2);
  });

  it('strikes only the caller that it names', async () => {
    const emulator = await start();
    emulator.faults.add({ kind: 'throttle', caller: '*:user/other' });
    await ec2(emulator).send(new DescribeVpcsCommand({}));
    const other = new EC2Client({ ...options(emulator), credentials: emulator.credentials.forUser('other') });
    await expect(other.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
  });

  it('strikes with its probability, the same way for the same luck', () => {
    const luck = [0.1, 0.6, 0.4, 0.9];
    const faults = createFaults(() => luck.shift() ?? 1);
    faults.add({ kind: 'throttle', probability: 0.5 });
    const call = { action: 'ec2:DescribeVpcs', resources: [], input: {} };
    const strikes = [1, 2, 3, 4].map(() => faults.strike(call, { service: 'ec2', region, caller: 'x' }).length);
    expect(strikes).toEqual([1, 0, 1, 0]);
  });
});

describe('a latency with a spread', () => {
  const call = { action: 'ec2:DescribeVpcs', resources: [], input: {} };
  const held = (sigma?: number) => {
    const faults = createFaults(createRandom('spread'));
    faults.add({ kind: 'latency', ms: 40, ...(sigma !== undefined && { sigma }) });
    const draws = Array.from({ length: 2_000 }, () => faults.strike(call, { service: 'ec2', region, caller: 'x' }));
    return draws.map(([fault]) => (fault?.kind === 'latency' ? fault.ms : Number.NaN)).toSorted((a, b) => a - b);
  };
  const quantile = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)];

  it('is drawn for each call, lognormal around its median', () => {
    const sorted = held(0.5);
    expect(sorted[0]).toBeGreaterThan(0);
    expect(quantile(sorted, 0.5)).toBeCloseTo(40, -1);
    expect(quantile(sorted, 0.1587)).toBeCloseTo(40 / Math.exp(0.5), -1);
    expect(quantile(sorted, 0.8413)).toBeCloseTo(40 * Math.exp(0.5), -1);
  });

  it('is the same for every call without one', () => {
    expect(new Set(held())).toEqual(new Set([40]));
  });
});

describe('the control interface', () => {
  const json = (method: string, body?: unknown) => ({
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

  it('adds, lists and removes faults', async () => {
    const emulator = await start();
    const faults = `${emulator.endpoint}/_emulator/faults`;
    const added = (await (await fetch(faults, json('POST', { kind: 'throttle', service: 'ec2' }))).json()) as {
      id: string;
    };
    await expect(ec2(emulator).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'RequestLimitExceeded',
    });
    expect(await (await fetch(faults)).json()).toEqual([{ id: added.id, kind: 'throttle', service: 'ec2', struck: 1 }]);
    await fetch(`${faults}/${added.id}`, json('DELETE'));
    await ec2(emulator).send(new DescribeVpcsCommand({}));
    expect((await fetch(`${faults}/${added.id}`, json('DELETE'))).status).toBe(404);
  });

  it('says what is wrong with a fault', async () => {
    const emulator = await start();
    const answer = await fetch(
      `${emulator.endpoint}/_emulator/faults`,
      json('POST', { kind: 'latency', colour: 'red' }),
    );
    expect(answer.status).toBe(400);
    expect(JSON.stringify(await answer.json())).toMatch(/ms/);
  });

  it('stops an instance, and shows what happened since', async () => {
    const emulator = await start();
    const answer = await fetch(`${emulator.endpoint}/_emulator/instances/${router1}/stop`, json('POST'));
    expect(await answer.json()).toEqual({ instance: router1, region, state: 'stopping' });
    const { Reservations } = await ec2(emulator).send(new DescribeInstancesCommand({ InstanceIds: [router1] }));
    expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('stopping');
    const all = (await (await fetch(`${emulator.endpoint}/_emulator/happenings?since=1`)).json()) as {
      next: number;
      happenings: unknown[];
    };
    expect(all).toMatchObject({ next: 2, happenings: [{ kind: 'call', action: 'DescribeInstances' }] });
    const start1 = await fetch(`${emulator.endpoint}/_emulator/instances/${router1}/start`, json('POST'));
    expect([start1.status, await start1.text()]).toEqual([409, expect.stringContaining('is stopping')]);
    expect((await fetch(`${emulator.endpoint}/_emulator/instances/i-none/stop`, json('POST'))).status).toBe(400);
  });

  it('announces what EC2 will do to an instance', async () => {
    const emulator = await start();
    const event = { code: 'instance-stop', description: 'Stopped for repair', notBefore: Date.UTC(2026, 11, 1) };
    const url = `${emulator.endpoint}/_emulator/instances/${router1}/events`;
    expect((await fetch(url, json('POST', event))).status).toBe(201);
    expect((await fetch(url, json('POST', { ...event, code: 'lightning' }))).status).toBe(400);
    const without = await fetch(url, json('POST', { code: 'instance-reboot' }));
    expect(await without.text()).toMatch(/when, as \\"2026-12-01T03:00:00Z\\" or in ms since the epoch/);
    const second = { code: 'system-reboot', notBefore: '2026-12-02T00:00:00Z' };
    expect((await fetch(url, json('POST', second))).status).toBe(201);
    const described = new DescribeInstanceStatusCommand({ InstanceIds: [router1] });
    expect((await ec2(emulator).send(described)).InstanceStatuses?.[0]?.Events).toMatchObject([
      { Code: 'instance-stop', Description: 'Stopped for repair' },
      { Code: 'system-reboot', NotBefore: new Date(second.notBefore) },
    ]);
  });

  it('is not for web pages', async () => {
    const emulator = await start();
    const answer = await fetch(`${emulator.endpoint}/_emulator/instances/${router1}/stop`, {
      method: 'POST',
      headers: { origin: 'https://example.com' },
    });
    expect(answer.status).toBe(403);
    expect(emulator.ec2.guests.find(region, router1)?.state).toBe('running');
  });

  it('lists its endpoints and its controls', async () => {
    const emulator = await start();
    expect(await (await fetch(`${emulator.endpoint}/_emulator`)).json()).toMatchObject({
      endpoint: emulator.endpoint,
      actions: expect.arrayContaining([
        expect.stringMatching(/^POST .*\/instances\/\{id\}\/\{start\|stop\|/),
      ]) as unknown,
      metadata: { [router1]: emulator.metadataUrl(router1) },
    });
  });
});
