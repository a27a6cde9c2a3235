"""How pushes ended, in /config: asked after a reboot, too. The last 20.

By id: `end` (open, confirming, confirmed, undone, never), `says`, `why` for one that was refused; while it is open, what
our areas were before and after it and what was booted with (`old`, `new`, `booted`, see running.exact), and the boot that it
belongs to.
"""

import json

import boot_file
import machine
import running

FILE = machine.KEPT + '/records'
# Where /config cannot be written: true until a reboot, after which no command from before it is obeyed.
UNTIL_REBOOT = machine.RUN + '/records'
MOST = 20


def find(push):
    """None: unknown. Raises ValueError or running.Unreadable if the records cannot be read."""
    record = _all().get(push)
    if record is not None and record['end'] in ('open', 'confirming') and record.get('boot') != machine.boot_id():
        return dict(record, end=_after_reboot(record))
    return record


def any_confirmed():
    """Whether a push of this router was confirmed, and the router boots with it."""
    return any(find(push)['end'] == 'confirmed' for push in _all())


def put(push, **changes):
    """Writes the state of a push. Returns whether the record survives a reboot."""
    try:
        records = _all()
    except ValueError:
        records = {}
    record = dict(records.pop(push, {}), **changes)
    records[push] = record
    text = json.dumps(dict(list(records.items())[-MOST:]))
    try:
        machine.write(FILE, text)
        machine.remove(UNTIL_REBOOT)
        return True
    except OSError:
        machine.write(UNTIL_REBOOT, text)
        return False


def forget(push):
    """Removes the record of a push."""
    records = _all()
    if records.pop(push, None) is not None:
        machine.write(FILE, json.dumps(records))


def _after_reboot(record):
    """The end of a push that a reboot interrupted: the router runs what it booted with."""
    booted = boot_file.exact(running.running())
    ends = {record.get('new'): 'confirmed', record.get('old'): 'undone', record.get('booted'): 'undone'}
    return ends.get(booted, 'unknown') if booted is not None else 'unknown'


def _all():
    return dict(_read(FILE), **_read(UNTIL_REBOOT))


def _read(path):
    try:
        with open(path) as file:
            records = json.load(file)
    except FileNotFoundError:
        return {}
    if not isinstance(records, dict) or not all(isinstance(each, dict) and 'end' in each for each in records.values()):
        raise ValueError('%s has no records in it' % path)
    return records
