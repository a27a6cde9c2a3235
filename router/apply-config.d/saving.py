"""Replaces the boot file atomically; VyOS's own save opens it and then writes in place.

A copy is kept before a push; what is to be booted with is written beside it, read back, and renamed.
"""

import os
import re
import shutil

import boot_file
import machine
import running
import session

NEXT = boot_file.FILE + '.vyos-failover'
KEPT = boot_file.FILE + '.before-push'
# Without it VyOS would take the file for one of its oldest releases, and migrate it.
FOOTER = re.compile(r'^(// vyos-config-version:|/\* === vyatta-config-version:)', re.M)
# What VyOS's own writer changes in unmanaged values: backslashes, blanks, control characters.
UNSTEADY = re.compile(r'\\[tnrfb]?|[^!-~]')


def keep():
    """Keeps a copy of what is booted with now, and returns its SHA-256. Raises OSError."""
    _copy(boot_file.FILE, KEPT)
    return boot_file.sha256(KEPT)


def put_back():
    """The kept copy is booted with again. Needs no room on the disk."""
    machine.replace(KEPT, boot_file.FILE)


def keep_booting(sha256):
    """Restores the kept copy if a commit hook of an operator has saved. `sha256`: of the copy. Raises OSError."""
    if boot_file.sha256() != sha256:
        _copy(KEPT, NEXT)
        use()


def write():
    """Writes what runs beside the boot file and reads it back; returns its SHA-256. Raises OSError, ValueError, session.Failed."""
    machine.remove(NEXT)
    session.save(NEXT)
    if not FOOTER.search(boot_file.text(NEXT)):
        raise ValueError('the saved configuration has no version')
    if _steady(boot_file.lines(NEXT)) != _steady(running.everything(running.WITH_DEFAULTS)):
        raise ValueError('the saved configuration differs from the running one')
    _make_alike(NEXT)
    return boot_file.sha256(NEXT)


def use():
    """Boots with what `write` wrote."""
    machine.replace(NEXT, boot_file.FILE)


def tidy():
    """Another time, where /config is read-only."""
    try:
        machine.remove(NEXT)
        machine.remove(KEPT)
    except OSError:
        pass


def _steady(all_lines):
    def steady(words):
        return words if running.area_of(words) is not None else [UNSTEADY.sub('', word) for word in words]

    return sorted(map(steady, all_lines))


def _copy(source, target):
    machine.remove(target)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600))
    shutil.copyfile(source, target)
    _make_alike(target)


def _make_alike(path):
    """Owner and mode as the boot file's, and on the disk for good."""
    there = os.stat(boot_file.FILE)
    os.chown(path, there.st_uid, there.st_gid)
    os.chmod(path, there.st_mode & 0o7777)
    with open(path, 'rb+') as file:
        os.fsync(file.fileno())
