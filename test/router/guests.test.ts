import { execFileSync } from 'node:child_process';
/** A created router as the guest of an emulated instance. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Machine } from '#emulator/guests/guest-host.ts';
import { SimulatedRouters } from '#simulated-vyos/simulated-routers.ts';
import { NewRouter } from './boot.fixture.ts';

it('boots, registers its SSM agent, which systemd can stop, runs on after a stop, and is gone when it is terminated', async () => {
  const { folder, instance } = await NewRouter.launch();
  const directory = join(folder, 'disks');
  const guests = new SimulatedRouters(directory);
  const agent = {
    register: vi.fn<Machine['agent']['register']>(),
    disconnect: vi.fn<() => void>(),
    unregister: vi.fn<() => void>(),
  };
  const shown: string[] = [];
  const machine: Machine = {
    instance: 'i-1',
    region: 'ap-northeast-1',
    zone: 'ap-northeast-1a',
    image: 'ami-1',
    type: 'c5n.large',
    userData: instance.userData,
    tags: {},
    interfaces: [],
    metadataUrl: instance.metadata,
    endpoint: instance.endpoint,
    agent,
    console: (text) => void shown.push(text),
  };
  const guest = guests.launch(machine);
  const router = guests.named('tokyo-1');
  await vi.waitFor(() => expect(router?.isBuilt).toBe(true), { timeout: 60_000 });
  await vi.waitFor(() => expect(agent.register).toHaveBeenCalledTimes(1));
  await vi.waitFor(() => expect(shown.join('')).toBe('vyos-failover: this router is built\r\n'));
  expect(agent.register.mock.calls[0]?.[0].env).toMatchObject({
    VYOS_FAILOVER_ROOT: join(directory, 'i-1'),
    AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.metadata,
  });

  const { path, env } = router?.vyos.shell ?? { path: '', env: {} };
  execFileSync(join(path, 'systemctl'), ['stop', 'amazon-ssm-agent'], { env: { ...env, PATH: '/usr/bin:/bin' } });
  await vi.waitFor(() => expect(agent.disconnect).toHaveBeenCalledTimes(1));

  guest.halt();
  guest.boot();
  await guests.settled();
  await vi.waitFor(() => expect(agent.register).toHaveBeenCalledTimes(2), { timeout: 20_000 });
  expect(router?.vyos.running.length).toBeGreaterThan(50);

  guest.terminate();
  await guests.settled();
  expect([guests.named('tokyo-1'), existsSync(join(directory, 'i-1'))]).toEqual([undefined, false]);
});
