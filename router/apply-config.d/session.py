"""One change of the running configuration: all of it, or an exception that says why not.

Every session is a process of its own: VyOS wants one a process, and tears it down with it. What is to be set goes to it
through a pipe, since it holds secrets.
"""

import json
import os
import subprocess
import sys
import time

import running

LOCKED = 'locked due to another commit'
TRIES = 5
WAIT_S = 3


class Failed(Exception):
    """Parts of the change may be in force: VyOS commits node by node."""


def change(commands, hidden=()):
    """Runs `set` and `delete` commands (lists of words) and commits them; `hidden` never shows in what it says.

    A commit that says it went well is not believed: VyOS's exit status has more than one way to lie, so the running
    configuration is read again.
    """
    _in_a_session({'commands': commands}, hidden)
    missing = _not_in_force(commands)
    if missing is not None:
        raise Failed('VyOS says that it committed, and "%s" is not in force' % _said(missing, hidden))


def save(file):
    """Makes the running configuration the one that the router boots with."""
    _in_a_session({'save': file}, ())


def _in_a_session(task, hidden):
    ended = subprocess.run(
        [sys.executable, os.path.abspath(__file__)],
        input=json.dumps(task).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if ended.returncode != 0:
        raise Failed(_said(ended.stderr.decode('utf-8', 'replace'), hidden))


def _not_in_force(commands):
    """The first command whose effect is not to be seen; None if all are."""
    there = {tuple(words[:count]) for words in running.running() for count in range(1, len(words) + 1)}
    wanted = {tuple(path[:count]) for verb, *path in commands if verb == 'set' for count in range(1, len(path) + 1)}
    for verb, *path in commands:
        if (tuple(path) in there) != (verb == 'set' or tuple(path) in wanted):
            return '%s %s' % (verb, ' '.join(path))
    return None


def _said(what, hidden):
    text = ' '.join(what.split())
    # The longest first: one secret may be part of another.
    for value in sorted(hidden, key=len, reverse=True):
        text = text.replace(value, running.MASK)
    return text[:600]


def _session():
    """The process of one session."""
    from vyos.configsession import ConfigSession, ConfigSessionError

    task = json.load(sys.stdin)
    session = ConfigSession(os.getpid(), app='vyos-failover')
    try:
        if 'save' in task:
            session.save_config(task['save'])
        else:
            _commit(session, task['commands'], ConfigSessionError)
    except ConfigSessionError as error:
        try:
            session.discard()
        except ConfigSessionError:
            pass  # Nothing to discard.
        sys.exit(str(error))


def _commit(session, commands, session_error):
    for verb, *path in commands:
        try:
            (session.set if verb == 'set' else session.delete)(path)
        except session_error as error:
            raise session_error('VyOS refused "%s %s": %s' % (verb, ' '.join(path), error))
    for left in reversed(range(TRIES)):
        try:
            return session.commit()
        except session_error as error:
            # Locked: nothing was begun, somebody else commits right now. ConfigSession itself does not try again.
            if LOCKED not in str(error) or left == 0:
                raise session_error('the commit failed: %s' % error)
            time.sleep(WAIT_S)


if __name__ == '__main__':
    _session()
