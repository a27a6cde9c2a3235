"""One change of the running configuration: all of it, or an exception that says why not.

Every session is a process of its own: VyOS wants one a process, and tears it down with it. What is to be set goes to it
through a pipe, since it holds secrets, and from there to VyOS in a file for root alone.
"""

import json
import os
import re
import subprocess
import sys
import time

import machine
import running
import staging

LOCKED = 'locked due to another commit'
TRIES = 5
WAIT_S = 3
MOST_SAID = 600
# What VyOS's scripts print first when they crash, on one line: where to find support, and what to report.
SUPPORT = re.compile(
    r'VyOS had an issue completing a command\.'
    r'(?:(?:(?!VyOS had an issue).)*? all the information presented below'
    r'|(?: We are sorry that you encountered a problem while using VyOS\.)*)'
)
NOT_BEGUN, BUSY = 3, 4


class Failed(Exception):
    """Parts of the change may be in force, and daemons may have more of it than `show` shows: VyOS commits node by node."""


class NotBegun(Failed):
    """Nothing is in force: VyOS refused it before the commit."""


class Busy(NotBegun):
    """Nothing is in force: other commits were in progress all the time."""


def change(commands, roots, hidden=()):
    """
    Runs `set` and `delete` commands (lists of words) below the roots and commits them; `hidden` never shows in what it says.

    A commit that says it went well is not believed: VyOS's exit status has more than one way to lie, so the running
    configuration is read again; returns all of its lines. Raises Failed, running.Unreadable.
    """
    _in_a_session({'commands': commands, 'roots': roots}, hidden)
    now = running.everything()
    missing = not_in_force(commands, now)
    if missing is not None:
        raise Failed('VyOS says that it committed, and "%s" is not in force' % _said(missing, hidden))
    return now


def save(file):
    """Writes the running configuration into a file, as VyOS writes it."""
    _in_a_session({'save': file}, ())


def not_in_force(commands, lines):
    """The first command whose effect is not to be seen; None if all are."""
    there = {tuple(words[:count]) for words in lines for count in range(1, len(words) + 1)}
    wanted = {tuple(path[:count]) for verb, *path in commands if verb == 'set' for count in range(1, len(path) + 1)}
    for verb, *path in commands:
        if (tuple(path) in there) != (verb == 'set' or tuple(path) in wanted):
            return '%s %s' % (verb, ' '.join(path))
    return None


def outside(lines, roots):
    """Lines that lie below none of the roots, sorted; without nodes above a root, which are empty where it was all they had."""
    lengths = {len(root) for root in roots}
    below = {tuple(root) for root in roots}
    above = {tuple(root[:count]) for root in roots for count in range(1, len(root))}
    others = (words for words in lines if not any(tuple(words[:length]) in below for length in lengths))
    return sorted(words for words in others if tuple(words) not in above)


def _in_a_session(task, hidden):
    ended = subprocess.run(
        [sys.executable, os.path.abspath(__file__)],
        input=json.dumps(task).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # It inherits the lock of this program, and none of what it starts does.
        close_fds=False,
    )
    if ended.returncode != 0:
        kind = {NOT_BEGUN: NotBegun, BUSY: Busy}.get(ended.returncode, Failed)
        raise kind(_said(ended.stderr.decode('utf-8', 'replace'), hidden))


def _said(what, hidden):
    text = ' '.join(what.split())
    # The longest first: one secret may be part of another. Empty ones are in VyOS's own first configuration.
    for value in sorted(filter(None, (' '.join(value.split()) for value in hidden)), key=len, reverse=True):
        text = text.replace(value, running.MASK)
    text = ' '.join(SUPPORT.sub('', text).split())
    if len(text) <= MOST_SAID:
        return text
    # The end of it has the reason.
    end = text[-MOST_SAID:]
    return '… ' + (end.partition(' ')[2] or end)


def _session():
    """The process of one session."""
    from vyos.configsession import ConfigSession, ConfigSessionError

    task = json.load(sys.stdin)
    try:
        session = ConfigSession(os.getpid(), app='vyos-failover')
    except (ConfigSessionError, OSError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        sys.exit(NOT_BEGUN)
    try:
        # An interrupted session of the same number leaves its changes, which would be committed as well.
        session.discard()
        if 'save' in task:
            # The file gets the boot file's mode when it is whole; until then it is for root alone.
            os.umask(0o077)
            session.save_config(task['save'])
            return
        _stage(session, task['commands'], task['roots'])
    except (ConfigSessionError, ValueError, OSError) as error:
        _end(session, error, NOT_BEGUN)
    except Refusal as refusal:
        _end(session, refusal, refusal.status)
    try:
        _commit(session, ConfigSessionError)
    except ConfigSessionError as error:
        _end(session, 'the commit failed: %s' % error, 1)
    except Refusal as refusal:
        _end(session, refusal, refusal.status)


def _end(session, error, status):
    try:
        session.discard()
    except Exception:  # ConfigSession's own: there is nothing to discard.
        pass
    print(error, file=sys.stderr)
    sys.exit(status)


class Refusal(Exception):
    def __init__(self, status, says):
        super().__init__(says)
        self.status = status


def _stage(session, commands, roots):
    """Loads the change into the session, and checks that nothing else would be committed."""
    env = dict(session.get_session_env())
    for _ in range(TRIES):
        text = running.show('showConfig', ('--show-active-only', running.WITH_DEFAULTS, '--show-ignore-edit'), env)
        said = _loaded(session, staging.staged(text, commands, env))
        working = _lines('--show-working-only', env)
        if outside(working, roots) == outside(_lines('--show-active-only', env), roots):
            missing = not_in_force(commands, working)
            if missing is not None:
                raise Refusal(NOT_BEGUN, 'VyOS refused "%s": %s' % (missing, said))
            return
        # Another commit between reading and loading would be undone.
        session.discard()
        time.sleep(WAIT_S)
    raise Refusal(BUSY, 'others kept changing the configuration')


def _loaded(session, text):
    file = machine.RUN + '/load'
    try:
        machine.write(file, text)
        return session.load_config(file)
    finally:
        machine.remove(file)


def _lines(option, env):
    return running.lines_of(running.show('showConfig', (option, '--show-ignore-edit'), env))


def _commit(session, session_error):
    for left in reversed(range(TRIES)):
        try:
            return session.commit()
        except session_error as error:
            if LOCKED not in str(error):
                raise
            # Nothing was begun: another commit is in progress. ConfigSession itself does not retry.
            if left == 0 or not machine.wait_until_quiet(machine.LONGEST_COMMIT_S):
                raise Refusal(BUSY, 'the commit failed: %s' % error)
            time.sleep(WAIT_S)


if __name__ == '__main__':
    _session()
