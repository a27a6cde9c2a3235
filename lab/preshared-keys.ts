import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabPlan } from './plan.ts';
import type { PresharedKeys } from './swanctl-conf.ts';

const fileOf = (directory: string) => join(directory, 'preshared-keys.json');

/** New keys, one for each tunnel, for the emulated Parameter Store and for the routers. */
export function makePresharedKeys({ topology, directory }: LabPlan): PresharedKeys {
  const keys = Object.fromEntries(topology.tunnels.map(({ psk }) => [psk, newKey()]));
  writeFileSync(fileOf(directory), JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

/** By name of the parameter. */
export function readPresharedKeys({ directory }: LabPlan): PresharedKeys {
  return JSON.parse(readFileSync(fileOf(directory), 'utf8')) as PresharedKeys;
}

export function newKey(): string {
  return randomBytes(32).toString('base64');
}
