"""The way back: what was there before a push, a timer that brings it back unless the push is confirmed, and how it ended.

All of it lies in /run. A reboot takes it away, and the new configuration with it, which is saved only when confirmed.
"""

import json
import os
import subprocess
import time

import running
import session

FOLDER = os.environ.get('VYOS_FAILOVER_RUN', '/run/vyos-failover') + '/push'
PENDING = FOLDER + '/pending'
LAST = FOLDER + '/last'
PROGRAM = os.path.dirname(os.path.abspath(__file__))


def pending():
    """The push that is not confirmed: id, undoAt (seconds since 1970), roots, before; None: none."""
    return _read(PENDING)


def last():
    """How the last push since the reboot ended: id and end (confirmed, undone, broken); None: none."""
    return _read(LAST)


def prepare(push, roots, after_s):
    """Writes down what is there now under the roots, and starts the timer. Raises OSError or CalledProcessError."""
    undo_at = int(time.time()) + after_s
    _write(PENDING, {'id': push, 'undoAt': undo_at, 'roots': roots, 'before': _under(roots)})
    command = ['systemd-run', '--quiet', '--collect', '--unit', _unit(push), '--on-active=%d' % after_s]
    command += ['--timer-property=AccuracySec=1s', '--setenv=SSM_Action=undo', '--setenv=SSM_Push=%s' % push]
    # sg: configuration sessions of another group leave files behind that break every later one until a reboot.
    command += ['sg', 'vyattacfg', '-c', 'umask 0002; exec python3 %s' % PROGRAM]
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return undo_at


def bring_back(of):
    """Makes everything under the roots what it was, in one commit; returns what was there. Raises session.Failed."""
    now = _under(of['roots'])
    if sorted(now) == sorted(of['before']):
        return now
    # Commit compares with what runs: what is deleted and set again with the same value does not change.
    filled = [root for root in of['roots'] if any(running.begins(words, root) for words in now)]
    commands = [['delete'] + root for root in filled] + [['set'] + words for words in of['before']]
    session.change(commands, {words[-1] for words in of['before'] + now if running.holds_secret(words)})
    if sorted(_under(of['roots'])) != sorted(of['before']):
        raise session.Failed('the undo was committed, and the configuration is still not what it was')
    return now


def end(of, how):
    """Writes down how a push ended; a timer that fires from now on finds nothing to do."""
    _write(LAST, {'id': of['id'], 'end': how})
    os.remove(PENDING)


def stop_timer(push):
    """Whether it is there or not."""
    subprocess.run(['systemctl', 'stop', _unit(push) + '.timer'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _under(roots):
    return [words for words in running.running() if any(running.begins(words, root) for root in roots)]


def _unit(push):
    return 'vyos-failover-undo-%s' % push


def _read(path):
    try:
        with open(path) as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def _write(path, value):
    """For root alone: what was there before has secrets in it."""
    with open(os.open(path + '.new', os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as file:
        json.dump(value, file)
    os.replace(path + '.new', path)
