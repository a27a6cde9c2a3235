"""The units of systemd in which an installation runs."""

import os
import subprocess

INSTALL = 'vyos-failover-install'
AGENT = 'vyos-failover-agent'
PROGRAM = os.path.dirname(os.path.abspath(__file__))
QUIET = {'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE}


class NotStarted(Exception):
    """Why a unit was not started, as a clause."""


def run_to_end(unit, parameter, action, attempt, seconds):
    """Returns when the unit has ended. Raises NotStarted, subprocess.TimeoutExpired."""
    ended = subprocess.run(_command(unit, ['--wait'], parameter, action, attempt), timeout=seconds, **QUIET)
    # With --wait the status is that of the unit, whose program ends with 0 whenever it runs.
    if ended.returncode != 0 and ended.stderr:
        raise NotStarted(_says(ended))


def start(unit, parameter, action, attempt):
    """Raises NotStarted."""
    ended = subprocess.run(_command(unit, [], parameter, action, attempt), **QUIET)
    if ended.returncode != 0:
        raise NotStarted(_says(ended))


def is_active(unit):
    return subprocess.run(['systemctl', '--quiet', 'is-active', unit], **QUIET).returncode == 0


def _command(unit, options, *arguments):
    command = ['systemd-run', '--quiet', '--collect', '--unit=' + unit, '--setenv=PYTHONDONTWRITEBYTECODE=1']
    return command + options + ['/usr/bin/python3', PROGRAM] + list(arguments)


def _says(ended):
    return 'systemd did not start the installation: %s' % ended.stderr.decode('utf-8', 'replace').strip().split('\n')[-1]
