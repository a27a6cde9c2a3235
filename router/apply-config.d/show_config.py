"""Prints the running configuration in our areas, secrets masked, as one line of JSON. Changes nothing."""

import base64
import gzip
import json
import sys

import boot_file
import machine
import pending
import running

try:
    from vyos.version import get_version
except ImportError:
    # An emulated router of a desk, or an image of its own: a traceback would say less.
    sys.exit('this is no VyOS 1.3 or later: its Python has no vyos library, without which no configuration can be read')

# SSM keeps 24 000 characters of output, and a cut one would look like deleted lines.
MOST_CHARACTERS = 23000


def main():
    if not machine.has_booted():
        sys.exit('VyOS has not finished booting: it shows no configuration yet')
    try:
        lines = running.running()
    except running.Unreadable as unreadable:
        sys.exit(str(unreadable))
    packed = base64.b64encode(gzip.compress(running.as_bytes(running.shown(lines)), 9)).decode()
    answer = json.dumps(
        {
            'version': get_version(),
            'digest': running.digest(lines),
            'config': packed,
            'boots': boot_file.digest(lines),
            'boot': {'id': machine.boot_id(), 'uptime': machine.uptime()},
            'push': _push(),
        }
    )
    if len(answer) > MOST_CHARACTERS:
        sys.exit('the configuration is too large for an SSM answer: %d characters packed' % len(answer))
    print(answer)


def _push():
    push = pending.read()
    if push is None:
        return None
    state = 'applying' if push['state'] == 'preparing' else push['state']
    return {'id': push['id'], 'state': state, 'undoInS': pending.undo_in_s(push)}


if __name__ == '__main__':
    main()
