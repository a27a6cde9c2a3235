"""What a created router applied at its first boot, so that the first push recognizes it. In /config."""

import base64
import gzip
import json

import machine
import running

FILE = machine.KEPT + '/booted'


def put(now, applied):
    """`now`: all lines that run; `applied`: lines with the names of secrets. Raises OSError."""
    keys = ''.join("set %s '%s'\n" % (' '.join(words[:-1]), words[-1]) for words in applied if running.holds_secret(words))
    packed = base64.b64encode(gzip.compress(running.as_bytes(keys), 9)).decode()
    machine.write(FILE, json.dumps({'digest': running.digest(running.managed(now)), 'keys': packed}), 0o644)


def read():
    """`digest` of the configuration, and `keys`: its lines that name secrets. None: this router had no such boot."""
    try:
        with open(FILE) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None
