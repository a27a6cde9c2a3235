"""The programs on this router: the reporter, its units, the SSM agent."""

import os
import re
import subprocess

ROOT = os.environ.get('VYOS_FAILOVER_ROOT', '')
INSTALLED = ROOT + '/config/vyos-failover'
LOG = '/var/log/vyos-failover.log'
# The reporter gives up an attempt after about 8 s.
CONTACT_WITHIN_S = 9
LONGEST_LOG = 4000  # bytes
VERSION = re.compile(r'[0-9]+(\.[0-9]+){1,3}')
# systemctl(1), EXIT STATUS: LSB's codes.
STATES = {0: 'active', 3: 'inactive', 4: 'missing'}


class Contact:
    """One attempt of the reporter to reach the API, in the way of a real report. It starts at once."""

    def __init__(self):
        program = INSTALLED + '/reconcile'
        self._process = None
        if os.path.exists(program):
            command = ['/bin/bash', program, '--contact']
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def result(self):
        """None: the reporter is not installed."""
        if self._process is None:
            return None
        try:
            said, _ = self._process.communicate(timeout=CONTACT_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return {'ok': False, 'says': 'no answer within %d s' % CONTACT_WITHIN_S}
        text = said.decode('utf-8', 'replace').strip()
        return {'ok': self._process.returncode == 0, 'says': text[-600:]}


def units(names):
    return {name: STATES.get(_status(['systemctl', 'is-active', name])) for name in names}


def agent_version():
    """Of the installed package; None: there is none, or dpkg cannot show it."""
    shown = _output(['dpkg-query', '-W', '-f', '${Version}', 'amazon-ssm-agent'])
    found = VERSION.search(shown or '')
    return found and found.group()


def last_of_log():
    """Its last lines; the first of them may be cut off."""
    try:
        with open(ROOT + LOG, 'rb') as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - LONGEST_LOG))
            return file.read().decode('utf-8', 'replace').splitlines()
    except OSError:
        return None


def _status(command):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=3).returncode
    except (OSError, subprocess.TimeoutExpired):
        return None


def _output(command):
    try:
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=3)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout.decode('utf-8', 'replace') if ended.returncode == 0 else None
