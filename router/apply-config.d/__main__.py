"""Changes the configuration of a VyOS router (1.3 and later), with a way back. Prints the outcome as one line of JSON.

  apply    check, fetch secrets, prepare the way back, commit, set up anew what has another key; the timer brings the old
           configuration back unless confirmed
  confirm  keep it: what runs is booted with, too, and the timer stops
  undo     bring the old configuration back now (the timer does the same, and tries again until that worked)

Exit status 0 whenever the answer has an outcome.
"""

import fcntl
import json
import os
import time

import answers
import confirm
import ending
import machine
import pending
import saving
from apply import apply

# Seconds to wait for another action that is in progress.
BUSY_S = 20


def main():
    os.makedirs(machine.RUN, mode=0o700, exist_ok=True)
    with open(machine.RUN + '/lock', 'w') as lock:
        # Configuration sessions inherit the lock: a session whose parent alone was ended may still commit.
        os.set_inheritable(lock.fileno(), True)
        print(json.dumps(act() if _is_ours(lock) else answers.busy('another action is in progress on this router')))


def act():
    action, push_id = os.environ['SSM_Action'], os.environ['SSM_Push']
    push = pending.read()
    if push is not None and push['state'] == 'preparing':
        # It ended before it changed anything, possibly before its timer was set.
        ending.not_begun(push)
        push = None
    if push is None:
        # An interrupted push, or a reboot, may have left files.
        saving.tidy()
    if action == 'apply':
        return apply(push_id, push)
    if push is None or push['id'] != push_id:
        return ending.nothing(push_id)
    if action == 'confirm':
        return confirm.confirm(push)
    return ending.back(push, 'it was requested, or not confirmed in time')


def _is_ours(lock):
    for _ in range(BUSY_S):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            time.sleep(1)
    return False


if __name__ == '__main__':
    main()
