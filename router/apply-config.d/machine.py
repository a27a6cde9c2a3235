"""The router that this runs on: its files, its clock, and whether VyOS is at work."""

import fcntl
import os
import struct
import time

# Of a simulated router, in tests.
ROOT = os.environ.get('VYOS_FAILOVER_ROOT', '')
# Gone after a reboot, and for root alone: what was there before a push has secrets in it.
RUN = os.environ.get('VYOS_FAILOVER_RUN', ROOT + '/run/vyos-failover') + '/push'
# Survives reboots and image upgrades.
KEPT = ROOT + '/config/vyos-failover/push'
# The whole of a configuration on its way into or out of VyOS may take this long: 3 000 lines took 207 s to commit.
LONGEST_COMMIT_S = 300
# VyOS's commit lock (vyatta-cfg, src/cstore/unionfs/cstore-unionfs.cpp, getCommitLock): a POSIX lock, freed with its process.
COMMIT_LOCK = ROOT + '/opt/vyatta/config/.lock'
FLOCK = 'hhqqi4x'
# In the environment of all programs of this program's configuration sessions only. They include programs that an operator's
# commit hooks have started, which may never end.
OURS = b'COMMIT_VIA=vyos-failover'
COMMITS = b'my_commit\n'


def uptime():
    """Whole seconds since boot: the only clock that deadlines are counted by."""
    with open(ROOT + '/proc/uptime') as file:
        return int(float(file.read().split()[0]))


def boot_id():
    with open(ROOT + '/proc/sys/kernel/random/boot_id') as file:
        return file.read().strip()


def has_booted():
    """Whether VyOS has loaded its configuration (vyos-1x, src/helpers/vyos-boot-config-loader.py)."""
    return os.path.exists(ROOT + '/tmp/vyos-config-status')


def commits_begun():
    """Another value after each commit that begins: VyOS truncates its lock file for every one."""
    return os.stat(COMMIT_LOCK).st_mtime_ns if os.path.exists(COMMIT_LOCK) else 0


def is_committing():
    """Whether a process holds the commit lock, or a process of an interrupted session of this program may still take it."""
    return _is_locked() or _has_left_over()


def wait_until_quiet(seconds):
    """Waits until no commit is in progress. False: it still is after this time."""
    for _ in range(seconds):
        if not is_committing():
            return True
        time.sleep(1)
    return False


def write(path, text, mode=0o600):
    """Whole or not at all, power cut or not. Raises OSError."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    descriptor = os.open(path + '.new', os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    # Unmanaged text may contain bytes that are not UTF-8.
    with open(descriptor, 'w', encoding='utf-8', errors='surrogateescape', newline='\n') as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    replace(path + '.new', path)


def replace(path, by):
    """Gives a file another name, for good."""
    os.replace(path, by)
    folder = os.open(os.path.dirname(by), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def remove(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        pass


def _is_locked():
    try:
        with open(COMMIT_LOCK, 'rb') as file:
            asked = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            return struct.unpack(FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, asked))[0] != fcntl.F_UNLCK
    except FileNotFoundError:
        return False


def _has_left_over():
    for process in filter(str.isdigit, os.listdir(ROOT + '/proc')):
        try:
            if _read('%s/proc/%s/comm' % (ROOT, process)) == COMMITS:
                if OURS in _read('%s/proc/%s/environ' % (ROOT, process)).split(b'\0'):
                    return True
        except OSError:
            pass  # It has ended.
    return False


def _read(path):
    with open(path, 'rb') as file:
        return file.read()
