import { EC2Client } from '@aws-sdk/client-ec2';
import { onTestFinished } from 'vitest';
import { createEc2, type Ec2Options } from '#emulator/ec2/service.ts';
import type { ServiceEvent } from '#emulator/service.ts';
import { account } from '../account.fixture.ts';
import { openFrontDoor } from '../front-door.ts';
import { manualClock } from '../manual-clock.ts';

/** A fresh EC2 of the test account with a real SDK client; closed after the test. */
export async function openEc2(options: Partial<Ec2Options> = {}) {
  const clock = manualClock();
  const events: ServiceEvent[] = [];
  const ec2 = createEc2({
    account: account(),
    clock,
    publish: (event) => events.push(event),
    throttle: 'off',
    ...options,
  });
  const door = await openFrontDoor(ec2.service);
  const client = new EC2Client(door.client());
  onTestFinished(async () => {
    client.destroy();
    await door.close();
  });
  return { ec2, client, clock, events, door };
}

export { refusal } from '../refusal.ts';
