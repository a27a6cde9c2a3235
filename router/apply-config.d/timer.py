"""A systemd timer that rolls a push back, and retries until it is stopped."""

import os
import subprocess

# Until the next try, where one failed.
EVERY_S = 60
# About twice the time of an undo of the largest push: one that hangs is ended and started again.
LONGEST_S = 1800
PROGRAM = os.path.dirname(os.path.abspath(__file__))


def start(push, after_s):
    """Raises OSError or CalledProcessError."""
    stop(push)
    _run(push, _units(push)[0], after_s)


def again(push):
    """Sooner than it was to be: another timer in its place, which is there before the first one goes. Raises as `start`."""
    first, sooner = _units(push)
    _run(push, sooner, EVERY_S)
    _stop(first)


def stop(push):
    """Whether it is there or not."""
    _stop(*_units(push))


def _run(push, unit, after_s):
    command = ['systemd-run', '--quiet', '--collect', '--unit', unit, '--on-active=%d' % after_s]
    command += ['--on-unit-active=%d' % EVERY_S, '--timer-property=AccuracySec=1s']
    command += ['--property=RuntimeMaxSec=%d' % LONGEST_S]
    command += ['--setenv=SSM_Action=undo', '--setenv=SSM_Push=%s' % push]
    # sg: configuration sessions of another group leave files behind that break every later one until a reboot.
    command += ['sg', 'vyattacfg', '-c', 'umask 0002; exec /usr/bin/python3 %s' % PROGRAM]
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _stop(*units):
    names = ['%s.timer' % unit for unit in units]
    subprocess.run(['systemctl', 'stop'] + names, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _units(push):
    return ('vyos-failover-undo-%s' % push, 'vyos-failover-undo-%s-again' % push)
