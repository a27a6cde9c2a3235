"""A timer of systemd's that undoes a push, and tries again until it has been stopped."""

import os
import subprocess

# Until the next try, where one failed.
EVERY_S = 60
PROGRAM = os.path.dirname(os.path.abspath(__file__))


def start(push, after_s):
    """Raises OSError or CalledProcessError."""
    stop(push)
    command = ['systemd-run', '--quiet', '--collect', '--unit', _unit(push), '--on-active=%d' % after_s]
    command += ['--on-unit-active=%d' % EVERY_S, '--timer-property=AccuracySec=1s']
    command += ['--setenv=SSM_Action=undo', '--setenv=SSM_Push=%s' % push]
    # sg: configuration sessions of another group leave files behind that break every later one until a reboot.
    command += ['sg', 'vyattacfg', '-c', 'umask 0002; exec python3 %s' % PROGRAM]
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def stop(push):
    """Whether it is there or not."""
    subprocess.run(['systemctl', 'stop', _unit(push) + '.timer'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _unit(push):
    return 'vyos-failover-undo-%s' % push
