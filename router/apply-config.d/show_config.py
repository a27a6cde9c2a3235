"""Prints the running configuration in our areas, secrets masked, as one line of JSON. Changes nothing."""

import base64
import gzip
import json
import sys

import running

try:
    from vyos.version import get_version
except ImportError:
    # An emulated router of a desk, or an image of its own: a traceback would say less.
    sys.exit('this is no VyOS 1.3 or later: its Python has no vyos library, without which no configuration can be read')

# SSM keeps 24 000 characters of output, and a cut one would look like deleted lines.
MOST_CHARACTERS = 23000


def main():
    lines = running.running()
    packed = base64.b64encode(gzip.compress(running.shown(lines).encode(), 9)).decode()
    answer = json.dumps({'version': get_version(), 'digest': running.digest(lines), 'config': packed})
    if len(answer) > MOST_CHARACTERS:
        sys.exit('the configuration is too large for an SSM answer: %d characters packed' % len(answer))
    print(answer)


if __name__ == '__main__':
    main()
