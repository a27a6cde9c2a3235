"""Applies and saves the configuration, keys included, as a push does, but without a rollback."""

import os

import booted
import machine
import parameters
import pending
import records
import running
import saving
import session
from push_file import filled, secret_names
from refusal import NotYet

# A commit has begun since the last boot, and its end is unknown.
BEGUN = machine.RUN + '/boot-begun'
HOST_NAME = ('system', 'host-name')
MOST_NAMED = 3


def configure(lines_wanted, more_secrets):
    """
    `lines_wanted()`: the lines, with the names of secrets. `more_secrets`: names of secrets of other programs, which must
    exist, too.

    Raises NotYet, Refused, session.Failed, running.Unreadable, OSError, ValueError.
    """
    if pending.read() is not None:
        raise NotYet('a push to this router is neither confirmed nor rolled back yet')
    if records.any_confirmed():
        # A confirmed push is newer than everything that could be read here.
        return
    lines = lines_wanted()
    values = _values(secret_names(lines), more_secrets)
    commands = [['set'] + words for words in filled(lines, values)]
    if session.not_in_force(commands, running.everything()) is not None:
        _commit(commands, set(values.values()))
    saving.write()
    saving.use()
    booted.put(running.everything(), lines)
    machine.remove(BEGUN)


def _values(names, more_names):
    """Raises NotYet, with the names of keys that do not exist yet, or may not be read."""
    values, missing = parameters.fetch_some(sorted(set(names) | set(more_names)))
    if missing:
        rest = len(missing) - MOST_NAMED
        raise NotYet('; '.join(missing[:MOST_NAMED]) + (', and %d more' % rest if rest > 0 else ''))
    return {name: values[name] for name in names}


def _commit(commands, hidden):
    """
    After a commit that failed or was interrupted, daemons may run more than VyOS shows, and nodes of an earlier attempt may
    remain. So the managed areas are deleted first, in a commit of their own.
    """
    if os.path.exists(BEGUN):
        _clear(hidden)
    machine.write(BEGUN, '')
    session.change(commands, _areas(), hidden)


def _clear(hidden):
    now = running.everything()
    there = [area for area in _areas() if any(running.begins(words, area) for words in now) and area != list(HOST_NAME)]
    if there:
        session.change([['delete'] + area for area in there], _areas(), hidden)


def _areas():
    return [list(area) for area in running.AREAS]
