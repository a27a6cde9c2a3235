"""Replaces the SSM agent, under which the command of an installation runs, by the package that the boot parameter names.

The answer of the installation is delivered first. Then the package is installed, and a command of the same installation must
arrive through the new agent; otherwise the earlier package is installed again.
"""

import os
import shutil
import subprocess
import time

import bundle
import record
import shown
from waiting import NotYet
from work_place import PLACE

# The SSM agent delivers an answer within this time, s.
DELIVERED_S = 15
# The new agent has this long to receive a command, s. It connects within seconds; the service repeats a command for as long.
HEARD_S = 300
# Of `upgrade-agent try`: the agent on this router is not older.
NOT_OLDER = 4
MARK = shown.TARGET + '/agent-deployed'


def fetched(instance, directory, package):
    """
    The state of the agent: `none` (the boot parameter names no package), `same`, `pending` (it is downloaded), or `failed` with
    `says`.
    """
    if package is None:
        return {'state': 'none'}
    if shown.installed()['agent'] == package['sha256']:
        return {'state': 'same'}
    try:
        bundle.add_agent(instance, directory, package)
        return {'state': 'pending'}
    except (NotYet, OSError) as reason:
        return {'state': 'failed', 'says': 'the package of the SSM agent: %s' % reason}


def replace(attempt):
    """As a unit. Writes the agent's state to the record: `upgraded`, `kept`, `restored` or `failed`."""
    found = record.of(attempt)
    if found is None:
        return
    time.sleep(DELIVERED_S)
    state = _replaced(attempt, _directory())
    record.write(dict(found, agent=state))
    shutil.rmtree(PLACE, ignore_errors=True)


def _replaced(attempt, directory):
    status, said = _run(directory, 'try')
    # Commands that arrived through the earlier agent prove nothing.
    record.forget_heard()
    if status == NOT_OLDER or (status == 0 and _is_heard(attempt)):
        state = 'kept' if status == NOT_OLDER else 'upgraded'
        status, said = _run(directory, 'keep')
        if status != 0:
            return {'state': 'failed', 'says': 'the SSM agent runs, and its package could not be stored: %s' % said}
        _mark(directory)
        return {'state': state}
    why = said if status != 0 else 'no command arrived through the new SSM agent within %d s' % HEARD_S
    status, said = _run(directory, 'back')
    if status == 0:
        return {'state': 'restored', 'says': '%s; the earlier SSM agent is installed again' % why}
    return {'state': 'failed', 'says': '%s; and the earlier SSM agent could not be installed again: %s' % (why, said)}


def _is_heard(attempt):
    for _ in range(HEARD_S):
        if record.is_heard(attempt):
            return True
        time.sleep(1)
    return False


def _run(directory, step):
    """The exit status, and the last line of the standard error."""
    ended = subprocess.run(
        [directory + '/upgrade-agent', step],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    return ended.returncode, ended.stderr.decode('utf-8', 'replace').strip().split('\n')[-1][:300]


def _directory():
    return next(os.path.join(PLACE, name) for name in os.listdir(PLACE))


def _mark(directory):
    """This package was compared with the agent: it is not downloaded again."""
    shutil.copyfile('%s/%s.sha256' % (directory, bundle.AGENT), MARK + '.new')
    os.replace(MARK + '.new', MARK)
