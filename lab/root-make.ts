import { existsSync, renameSync, rmSync } from 'node:fs';
import { LabError } from './lab-error.ts';
import { isInstalled, PACKAGES, STRONGSWAN_PACKAGES } from './requirements.ts';
import { run } from './run.ts';

/** The current Debian release: FRR 10.3, strongSwan 6.0, Serf 0.10 (September 2026). */
export const NEXT_SUITE = 'trixie';

/** The packages that the programs of the bundle and Node need besides those of the lab. */
const BESIDE = ['openssl', 'python3', 'libatomic1', 'ca-certificates'];

/** Their versions distinguish the two generations. */
const DAEMONS = ['frr', 'strongswan-charon', 'serf'];

const MAKES_WITHIN_MS = 20 * 60_000;

/** The reason why no root directory can be created here; undefined: it can, if Debian's mirror answers. */
export function whyNoRoot(): string | undefined {
  if (process.getuid?.() !== 0) return 'creating a Debian root directory needs root';
  const missing = ['debootstrap', 'chroot', 'unshare'].filter((program) => !isInstalled(program));
  return missing.length === 0
    ? undefined
    : `creating a Debian root directory needs ${missing.join(', ')}: apt-get install -y --no-install-recommends debootstrap`;
}

/**
 * Makes a directory with a Debian in it, for its daemons: some 450 MB, one to three minutes. It is there as a whole, or
 * not at all.
 *
 * @param suite Debian's name of the release
 * @returns names and versions of its daemons
 * @throws LabError where something is there already, or this machine cannot; RunError with what debootstrap or apt says
 */
export async function makeRoot(directory: string, suite: string): Promise<string> {
  const reason = whyNoRoot();
  if (reason !== undefined) throw new LabError(reason);
  if (existsSync(directory)) throw new LabError(`${directory} already exists; remove it to create it again`);
  const partial = `${directory}.partial`;
  rmSync(partial, { recursive: true, force: true });
  try {
    const packages = [...new Set([...Object.values(PACKAGES), ...STRONGSWAN_PACKAGES, ...BESIDE])];
    // Its mounts end with the process, so removing the directory never removes files of the machine.
    const args = ['--mount', 'bash', '-c', MAKE, 'make-root', partial, suite, ...packages];
    await run('unshare', args, { timeoutMs: MAKES_WITHIN_MS });
    renameSync(partial, directory);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return run('chroot', [directory, 'dpkg-query', '--show', ...DAEMONS]);
}

/**
 * debootstrap would start FRR on this machine's own network as it installs it. So it makes a Debian without, a policy says
 * no to every start (https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt), and apt installs the rest. From
 * the mirror that this machine has, with its settings for the way there (a proxy).
 */
const MAKE = `
set -euo pipefail
root=$1 suite=$2
shift 2
mirror=$(apt-get indextargets --format '$(SITE)' 'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1 || :)
debootstrap --variant=minbase "$suite" "$root" $mirror >"$root.log" 2>&1 || { tail -n 5 "$root.log" >&2; exit 1; }
rm -f "$root.log"
cp /etc/hosts "$root/etc/hosts"
! command -v apt-config >/dev/null || apt-config dump --format '%F "%v";%n' Acquire >"$root/etc/apt/apt.conf.d/90host"
printf '#!/bin/sh\\nexit 101\\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc"
export DEBIAN_FRONTEND=noninteractive
chroot "$root" apt-get update -qq
chroot "$root" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
chroot "$root" apt-get clean
`;
