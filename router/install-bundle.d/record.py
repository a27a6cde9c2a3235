"""How the last installation on this router ended. In memory: after a reboot an installation that was under way begins again."""

import contextlib
import fcntl
import json
import os

from waiting import ROOT

RUN = os.environ.get('VYOS_FAILOVER_RUN', ROOT + '/run/vyos-failover')
RECORD = RUN + '/install.json'
HEARD = RUN + '/install-heard'


def of(attempt):
    """None: this router has a record of another attempt, or of none."""
    found = _read(RECORD)
    return found if found is not None and found.get('attempt') == attempt else None


def write(found):
    _write(RECORD, found)


@contextlib.contextmanager
def turn():
    """Whether this command is the only one that may begin an installation, until it ends."""
    os.makedirs(RUN, mode=0o755, exist_ok=True)
    with open(RUN + '/install-lock', 'w') as lock:
        yield _is_locked(lock)


def _is_locked(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def hear(attempt):
    """A command of this attempt has arrived."""
    _write(HEARD, {'attempt': attempt})


def is_heard(attempt):
    return (_read(HEARD) or {}).get('attempt') == attempt


def forget_heard():
    try:
        os.remove(HEARD)
    except FileNotFoundError:
        pass


def _read(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def _write(path, value):
    os.makedirs(RUN, mode=0o755, exist_ok=True)
    with open(path + '.new', 'w') as file:
        json.dump(value, file)
    os.replace(path + '.new', path)
