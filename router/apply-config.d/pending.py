"""The pending push: the configuration before it, and its state. It is kept in memory: a reboot restores the old configuration.

  id, state     preparing · applying · applied · confirming · undoing · broken
  undoAt        seconds since boot when its timer acts first
  roots, commands, before     what it changes, and what was below the roots
  everything    all lines before the push, unmanaged ones too
  old, new      of the managed areas, exactly (running.exact); new is None until it is in force
  kept, saved   SHA-256 of the boot file before, and of the one that a confirmation wrote
"""

import json

import machine
import timer

FILE = machine.RUN + '/pending'


def read():
    """None: there is none."""
    try:
        with open(FILE) as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def write(push, **changes):
    """Changes some of it, and writes all of it down. Raises OSError."""
    push.update(changes)
    machine.write(FILE, json.dumps(push))


def forget():
    machine.remove(FILE)


def undo_in_s(push):
    """Seconds until its timer acts next."""
    left = push['undoAt'] - machine.uptime()
    return left if left > 0 else timer.EVERY_S + left % -timer.EVERY_S
