"""Prints the running configuration in our areas, secrets masked, as one line of JSON. Changes nothing."""

import base64
import gzip
import json
import sys

import boot_file
import booted
import machine
import newer_commands
import pending
import running

try:
    from vyos.version import get_version
except ImportError:
    # An emulated router of a desk, or an image of its own: a traceback would say less.
    sys.exit('not VyOS 1.3 or later: its Python has no vyos library, so no configuration can be read')

# SSM keeps 24 000 characters of output; the rest would appear as deleted lines.
MOST_CHARACTERS = 23000
TRIES = 3


def main():
    if not machine.has_booted():
        sys.exit('VyOS has not finished booting: it shows no configuration yet')
    try:
        lines, boots, push = _at_one_moment()
    except running.Unreadable as unreadable:
        sys.exit(str(unreadable))
    packed = base64.b64encode(gzip.compress(running.as_bytes(running.shown(lines)), 9)).decode()
    answer = json.dumps(
        {
            'version': get_version(),
            'commands': newer_commands.known(),
            'digest': running.digest(lines),
            'config': packed,
            'boots': boots,
            'boot': {'id': machine.boot_id(), 'uptime': machine.uptime()},
            'booted': booted.read(),
            'push': _shown(push),
        }
    )
    if len(answer) > MOST_CHARACTERS:
        sys.exit('the configuration is too large for an SSM answer: %d characters packed' % len(answer))
    print(answer)


def _at_one_moment():
    """What runs, what is booted with, and the pending push: none of them from before another's end. Raises Unreadable."""
    push = pending.read()
    for _ in range(TRIES):
        lines = running.running()
        boots = boot_file.digest(lines)
        before, push = push, pending.read()
        if push == before:
            return lines, boots, push
    raise running.Unreadable('a push is in progress on this router, and its state kept changing')


def _shown(push):
    """One that is being prepared may have no timer yet."""
    if push is None:
        return None
    if push['state'] == 'preparing':
        return {'id': push['id'], 'state': 'applying', 'undoInS': None}
    return {'id': push['id'], 'state': push['state'], 'undoInS': pending.undo_in_s(push)}


if __name__ == '__main__':
    main()
