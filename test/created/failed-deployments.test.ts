import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Account, ImageFixture } from '#emulator/account.ts';
import { startEmulator } from '#emulator/start.ts';
import { CreatedAssembly } from '../infra/created/assembly.ts';
import { kept } from '../stacks/site-under-test.ts';
import { copyOf } from '../stacks/synthesized.ts';

const OWN = 'ami-0a1b2c3d4e5f60001';
const UNSUBSCRIBED = 'ami-0a1b2c3d4e5f60009';
const MISSING = 'ami-0a1b2c3d4e5f60404';
const TOKYO = 'ap-northeast-1';
const VIRGINIA = 'us-east-1';

let created: CreatedAssembly;
beforeAll(async () => {
  created = await CreatedAssembly.of('created');
});
afterAll(() => created.remove());

/** As another `image` of the topology makes it: the default of a parameter. */
function withImage(image: string): string {
  const copy = copyOf(created.directory);
  onTestFinished(() => copy.remove());
  for (const stack of created.stacks.filter((name) => name.includes('--router--'))) {
    const file = join(copy.directory, `${stack}.template.json`);
    const template = readFileSync(file, 'utf8');
    expect(template).toContain(OWN);
    writeFileSync(file, template.replaceAll(OWN, image));
  }
  return copy.directory;
}

/** Instances are machines with nothing in them. */
async function emptyAccount(change: Partial<Account> = {}) {
  const images: ImageFixture[] = [
    { id: OWN, name: 'VyOS 1.4.3', owner: '123456789012' },
    {
      id: UNSUBSCRIBED,
      name: 'VyOS 1.4.3',
      owner: '679593333241',
      product: '8wqdkv3u2b9sa0y73xob2yl90',
      subscribed: false,
    },
  ];
  const empty = { vpcs: [], subnets: [], interfaces: [], instances: [], routeTables: [], images };
  const emulator = await startEmulator({
    kept,
    account: { regions: { [TOKYO]: empty, [VIRGINIA]: empty }, ...change },
  });
  onTestFinished(() => emulator.close());
  return emulator;
}

describe('a deployment that fails says why, and the next one finishes it', () => {
  it('with an image that the account is not subscribed to, or that does not exist', async () => {
    const emulator = await emptyAccount();
    await expect(emulator.deploy(withImage(UNSUBSCRIBED))).rejects.toThrow(/OptInRequired/);
    const routers = () => emulator.stacks.filter((name) => name.includes('--router--'));
    await expect(emulator.deploy(withImage(MISSING))).rejects.toThrow(/InvalidAMIID\.NotFound/);
    // The networks, interfaces, addresses and functions that were made stay, for the next deployment.
    expect(emulator.stacks).toContain('vyos-failover-created--tokyo--addresses');
    const { interfaces } = emulator.ec2.state(TOKYO);
    const deployed = await emulator.deploy(created.directory);
    expect(deployed.filter(({ result }) => result === 'created').map(({ name }) => name)).toEqual(routers());
    expect([...emulator.ec2.state(TOKYO).interfaces.keys()]).toEqual([...interfaces.keys()]);
    // Of two sites that wait for each other's addresses.
    expect(emulator.stacks.toSorted()).toEqual(created.stacks.toSorted());
    expect(emulator.stacks.map((name) => emulator.stack(name).status)).toEqual(
      created.stacks.map(() => 'CREATE_COMPLETE'),
    );
    expect([TOKYO, VIRGINIA].map((name) => emulator.ec2.state(name).instances.size)).toEqual([2, 2]);
  });

  it('beyond the quota of Elastic IPs, with nothing left of the stack', async () => {
    const emulator = await emptyAccount({ raisedQuotas: { 'Elastic IP addresses': 1 } });
    await expect(emulator.deploy(created.directory)).rejects.toThrow(/AddressLimitExceeded|Elastic IP/);
    const { vpcs, interfaces } = emulator.ec2.state(TOKYO);
    expect([vpcs.size, interfaces.size]).toEqual([0, 0]);
  });
});
