import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { GuestHost, Machine, RunningGuest } from '#emulator/guests/guest-host.ts';

/** Where the processes of a host run, and how they reach AWS. */
export interface HostPlace {
  /** Put before its program: what takes it into a network namespace. Default: nothing does. */
  readonly enter?: readonly string[];
  /** Instead of the machine's own URLs, which are of 127.0.0.1. */
  readonly metadataUrl?: string;
  readonly endpoint?: string;
  /** More variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Whether a machine's user data is a Python program, which cloud-init of a Linux host runs at the first boot. */
function isHost({ userData }: Machine): boolean {
  return textOf(userData).startsWith('#!/usr/bin/python3\n');
}

/** A shell script is not run: it would change this machine. */
function isScript({ userData }: Machine): boolean {
  return textOf(userData).startsWith('#!');
}

/** Runs the program of a host's user data as cloud-init does, until the instance ends. What it writes to the console is the machine's. */
export function runHost(machine: Machine, place: HostPlace = {}): RunningGuest {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-host-'));
  writeFileSync(join(folder, 'user-data'), textOf(machine.userData));
  const command = [...(place.enter ?? []), '/usr/bin/python3', join(folder, 'user-data')];
  const program = startHost(command, machine, place);
  const end = () => {
    program.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    // User data runs at the first boot only.
    boot: () => undefined,
    halt: end,
    freeze: () => void program.kill('SIGSTOP'),
    resume: () => void program.kill('SIGCONT'),
    terminate: end,
  };
}

function startHost([first = '', ...rest]: readonly string[], machine: Machine, place: HostPlace): ChildProcess {
  const program = spawn(first, rest, {
    env: {
      PATH: process.env['PATH'],
      CONSOLE: '-',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: place.metadataUrl ?? machine.metadataUrl,
      AWS_ENDPOINT_URL_EC2: place.endpoint ?? machine.endpoint,
      ...place.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [program.stdout, program.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => machine.console(text));
  void once(program, 'error').then(([error]) => machine.console(String(error)));
  return program;
}

function textOf(userData: Buffer | undefined): string {
  if (userData === undefined) return '';
  return (userData[0] === 0x1f ? gunzipSync(userData) : userData).toString('utf8');
}

/**
 * Hosts beside other machines.
 *
 * @param others undefined: they are empty machines, as those whose user data is a shell script
 * @param launch default: a host has no network, and finds no second interface
 */
export function withHosts(others: GuestHost | undefined, launch: GuestHost['launch'] = withoutNetwork): GuestHost {
  return {
    launch(machine) {
      if (isHost(machine)) return launch(machine);
      return isScript(machine) ? EMPTY : (others?.launch(machine) ?? EMPTY);
    },
  };
}

const withoutNetwork = (machine: Machine) => runHost(machine, { env: { INTERFACES_WITHIN_S: '0' } });

const nothing = () => undefined;
const EMPTY: RunningGuest = { boot: nothing, halt: nothing, freeze: nothing, resume: nothing, terminate: nothing };
