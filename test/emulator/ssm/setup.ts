import { SSMClient } from '@aws-sdk/client-ssm';
import { onTestFinished } from 'vitest';
import type { ShellFixture } from '#emulator/account.ts';
import { createEc2 } from '#emulator/ec2/service.ts';
import type { Happening } from '#emulator/service.ts';
import { createSsm, type SsmOptions } from '#emulator/ssm/service.ts';
import { account, region } from '../account.fixture.ts';
import { openFrontDoor } from '../front-door.ts';
import { manualClock } from '../manual-clock.ts';

/** EC2 and SSM of the test account, whose routers have a shell; closed after the test. */
export async function openSsm({
  shell = { path: '/nowhere' },
  ...options
}: Partial<SsmOptions> & { shell?: ShellFixture | 'none' } = {}) {
  const clock = manualClock();
  const fixture = account(shell === 'none' ? undefined : shell);
  const ec2 = createEc2({ account: fixture, clock, publish: () => undefined, throttle: 'off' });
  const noted: Extract<Happening, { kind: 'command' }>[] = [];
  const waiting = new Set<() => void>();
  const record = (happening: Happening) => {
    if (happening.kind !== 'command') return;
    noted.push(happening);
    for (const check of waiting) check();
  };
  const ssm = createSsm({ account: fixture, clock, guests: ec2.guests, record, ...options });
  const door = await openFrontDoor(ssm.service);
  const client = new SSMClient(door.client());
  onTestFinished(async () => {
    ssm.close();
    client.destroy();
    await door.close();
  });
  return {
    clock,
    ec2,
    ssm,
    door,
    client,
    /** Statuses of a command in order. */
    statuses: (id: string | undefined) => noted.filter(({ commandId }) => commandId === id).map(({ status }) => status),
    /** Resolves when the command has had the status, however long its script takes. */
    reached: (id: string | undefined, status: string) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!noted.some((each) => each.commandId === id && each.status === status)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

/** A Command document that runs the lines. */
export function runs(lines: readonly string[], parameters: object = {}, timeoutSeconds: string | number = 10): object {
  return {
    schemaVersion: '2.2',
    description: 'test',
    parameters,
    mainSteps: [{ action: 'aws:runShellScript', name: 'run', inputs: { runCommand: lines, timeoutSeconds } }],
  };
}

export { region };
