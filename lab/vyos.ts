import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { ShellFixture } from '#emulator/account.ts';
import { SimulatedVyos } from '#simulated-vyos/simulated-vyos.ts';
import { secretName } from '#vyos/secrets.ts';
import { METADATA_URL, SSM_URL } from './daemons.ts';
import { frrConf } from './frr-conf.ts';
import type { RouterPlan } from './plan.ts';
import { binOf, frrConfOf } from './router-files.ts';
import type { PresharedKeys } from './swanctl-conf.ts';

const COMMIT = fileURLToPath(new URL('commit.ts', import.meta.url));

/** The simulated VyOS of a router; its commits configure the real FRR. */
export function vyosOf({ directory }: Pick<RouterPlan, 'directory'>): SimulatedVyos {
  return new SimulatedVyos(join(directory, 'vyos'));
}

/** Installs the router's simulated VyOS, with the configuration of the topology. */
export function installVyos(lab: string, router: RouterPlan, keys: PresharedKeys): void {
  const lines = router.commands.map((command) =>
    command.replace(/'(\{\{.*\}\})'$/, (_, word: string) => keys[secretName(word) ?? ''] ?? ''),
  );
  // For 1.5 an early build, which has the commands that `plan.ts` renders.
  const release = router.vyos === '1.5' ? '1.5-rolling-202411230006' : `${router.vyos}.0`;
  const vyos = SimulatedVyos.install(vyosOf(router).folder, lines, release);
  vyos.connect(METADATA_URL, SSM_URL);
  installCommit(lab, router);
}

/** From now on a commit of the router's VyOS configures its daemons. */
export function installCommit(lab: string, router: RouterPlan): void {
  const program = join(vyosOf(router).folder, 'commit');
  writeFileSync(program, `#!/bin/sh\nexec '${execPath}' '${COMMIT}' ${lab} ${router.router.name}\n`);
  chmodSync(program, 0o755);
}

/** A boot: only the saved configuration remains. FRR reads it when it starts. */
export function bootVyos(router: RouterPlan): void {
  const vyos = vyosOf(router);
  vyos.reboot();
  writeFileSync(frrConfOf(router), frrConf(vyos.running));
}

/** The environment of Run Command scripts: the router's namespace, with its real `vtysh` and `serf`. */
export function shellOf(router: RouterPlan): ShellFixture {
  const { path, env = {} } = vyosOf(router).shell;
  return { path: `${binOf(router)}:${path}`, env, enter: ['ip', 'netns', 'exec', router.namespace] };
}
