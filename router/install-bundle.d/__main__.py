"""Installs the bundle that the boot parameter names. Prints the outcome as one line of JSON.

  install-bundle PARAMETER show ATTEMPT      what is installed, and what is deployed; changes nothing
  install-bundle PARAMETER install ATTEMPT   installs it, or waits for the installation of that name that has begun
  install-bundle PARAMETER work ATTEMPT      the installation itself, as a unit of systemd
  install-bundle PARAMETER agent ATTEMPT     the replacement of the SSM agent, as another unit

The units do not end with the SSM agent, which the installation may replace, nor with the command that began them: the same
command is sent again, and reads the result.

Exit status 0 whenever the answer has an outcome.
"""

import json
import subprocess
import sys
import time

import record
import units
from waiting import NotYet

# The command waits this long, s; the document's own timeout is longer.
WAIT_S = 240
BUSY = {'outcome': 'busy', 'says': 'another installation is in progress on this router'}


def main(parameter, action, attempt):
    # Each action imports its own: `install`, which is sent again and again, calls no AWS, and urllib takes longer than all of it.
    if action == 'work':
        import work

        work.work(parameter, attempt)
    elif action == 'agent':
        import agent

        agent.replace(attempt)
    elif action == 'show':
        import shown

        print(json.dumps(shown.show(parameter)))
    else:
        print(json.dumps(install(parameter, attempt)))


def install(parameter, attempt):
    """The record of the attempt; its outcome is `begun` if it has not ended after WAIT_S."""
    if not has_begun(attempt):
        with record.turn() as is_ours:
            if not is_ours or units.is_active(units.INSTALL) or units.is_active(units.AGENT):
                return record.of(attempt) or BUSY
            record.write({'attempt': attempt, 'outcome': 'begun'})
            begin(parameter, attempt)
    # A new SSM agent has proven itself by this command.
    record.hear(attempt)
    for _ in range(WAIT_S):
        if (record.of(attempt) or BUSY)['outcome'] != 'begun' or not units.is_active(units.INSTALL):
            break
        time.sleep(1)
    found = record.of(attempt) or BUSY
    if found['outcome'] == 'begun' and not units.is_active(units.INSTALL):
        return dict(found, outcome='interrupted', says='the installation was ended before it was complete')
    return found


def has_begun(attempt):
    """Whether it has ended, or is at work. One that a reboot ended begins again."""
    found = record.of(attempt)
    return found is not None and (found['outcome'] != 'begun' or units.is_active(units.INSTALL))


def begin(parameter, attempt):
    try:
        units.run_to_end(units.INSTALL, parameter, 'work', attempt, WAIT_S)
    except subprocess.TimeoutExpired:
        pass
    except units.NotStarted as reason:
        record.write({'attempt': attempt, 'outcome': 'failed', 'says': str(reason)})


if __name__ == '__main__':
    try:
        main(*sys.argv[1:4])
    except (NotYet, OSError) as reason:
        print(json.dumps({'outcome': 'failed', 'says': ' '.join(str(reason).split())}))
