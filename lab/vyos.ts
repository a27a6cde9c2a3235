import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { ShellFixture } from '#emulator/account.ts';
import { secretName } from '#vyos/secrets.ts';
import { SSM_URL } from './daemons.ts';
import { frrConf } from './frr-conf.ts';
import type { RouterPlan } from './plan.ts';
import { binOf, frrConfOf } from './router-files.ts';
import { SimulatedVyos } from './simulated-vyos/simulated-vyos.ts';
import type { PresharedKeys } from './swanctl-conf.ts';

const COMMIT = fileURLToPath(new URL('commit.ts', import.meta.url));

/** The VyOS of a router: a stand-in, and its commits have real FRR do what they say. */
export function vyosOf({ directory }: Pick<RouterPlan, 'directory'>): SimulatedVyos {
  return new SimulatedVyos(join(directory, 'vyos'));
}

/** Puts the router's VyOS onto its disk, with the configuration that the topology says. */
export function installVyos(lab: string, router: RouterPlan, keys: PresharedKeys): void {
  const lines = router.commands.map((command) =>
    command.replace(/'(\{\{.*\}\})'$/, (_, word: string) => keys[secretName(word) ?? ''] ?? ''),
  );
  // Of 1.5 an early build, with the commands that `plan.ts` has written.
  const release = router.vyos === '1.5' ? '1.5-rolling-202411230006' : `${router.vyos}.0`;
  const vyos = SimulatedVyos.install(vyosOf(router).folder, lines, release);
  vyos.connect('http://169.254.169.254', SSM_URL);
  const { folder } = vyos;
  const program = join(folder, 'commit');
  writeFileSync(program, `#!/bin/sh\nexec '${execPath}' '${COMMIT}' ${lab} ${router.router.name}\n`);
  chmodSync(program, 0o755);
}

/** As after power on: what was saved, and nothing else. FRR reads it when it starts. */
export function bootVyos(router: RouterPlan): void {
  const vyos = vyosOf(router);
  vyos.reboot();
  writeFileSync(frrConfOf(router), frrConf(vyos.running));
}

/** Where and with what Run Command's scripts run: in the router's namespace, with its real `vtysh` and `serf`. */
export function shellOf(router: RouterPlan): ShellFixture {
  const { path, env = {} } = vyosOf(router).shell;
  return { path: `${binOf(router)}:${path}`, env, enter: ['ip', 'netns', 'exec', router.namespace] };
}
