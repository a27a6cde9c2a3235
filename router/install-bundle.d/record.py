"""How the last installation on this router ended. In memory: after a reboot an installation that was under way begins again."""

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
