"""Waits before the next attempt, and writes the reason to the console, which can be read without a network, and to the log."""

import datetime
import os
import time

# Of a simulated router, in tests.
ROOT = os.environ.get('VYOS_FAILOVER_ROOT', '')
LOG = ROOT + '/var/log/vyos-failover.log'
CONSOLE = ROOT + '/dev/console'
# EC2 returns the output of the serial port: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-console.html
SERIAL = ROOT + '/dev/ttyS0'
# The kernel's consoles; /dev/console is the last: https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-tty
CONSOLES = ROOT + '/sys/class/tty/console/active'
# Seconds before the next attempt; the last one repeats. A new reason starts from the first.
DELAYS_S = (2, 4, 8, 15, 30)
# An unchanged reason is written again after this time.
AGAIN_S = 300
MOST_CHARACTERS = 500


class NotYet(Exception):
    """Why an attempt failed. The next one may succeed."""


class Waiting:
    def __init__(self):
        self.reason, self.tries, self.said_at = None, 0, 0

    def wait(self, reason):
        if reason != self.reason:
            self.reason, self.tries, self.said_at = reason, 0, 0
        if not self.said_at or uptime() - self.said_at >= AGAIN_S:
            self.say('warn', 'waiting: %s' % reason)
            self.said_at = uptime()
        time.sleep(DELAYS_S[min(self.tries, len(DELAYS_S) - 1)])
        self.tries += 1

    def say(self, level, text):
        """Writes to the log and the console, and continues if either cannot be written."""
        text = ''.join(each if each.isprintable() else '?' for each in text)[:MOST_CHARACTERS]
        now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + 'Z'
        _append(LOG, '%s %-5s boot %s\n' % (now, level, text), os.O_CREAT)
        for path in _consoles():
            _append(path, 'vyos-failover: %s\r\n' % text)


def uptime():
    """Seconds since boot: the clock may be set meanwhile."""
    with open(ROOT + '/proc/uptime') as file:
        return float(file.read().split()[0])


def _consoles():
    """VyOS's images boot with console=tty0 by default (vyos-build, defaults.py), which EC2 does not return."""
    try:
        with open(CONSOLES) as file:
            last = file.read().split()[-1:]
    except OSError:
        last = []
    return [CONSOLE] if last == ['ttyS0'] else [CONSOLE, SERIAL]


def _append(path, text, flags=0):
    try:
        # A serial console without a reader must not block.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY | os.O_NONBLOCK | flags, 0o640)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
    except OSError:
        pass
