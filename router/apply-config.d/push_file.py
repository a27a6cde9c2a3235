"""The commands of a push: unpacked, checked at the border, and filled with their secrets."""

import base64
import gzip
import hashlib
import json
import re
import time

import running

# Unpacked; far more than any router's configuration, far less than its memory.
MOST_BYTES = 1 << 20
# How a secret's name stands in a command: see vyos/secrets.ts.
PLACEHOLDER = re.compile(r'^[{][{]ssm:((?:/[A-Za-z0-9_.-]+)+)[}][}]$')
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\'"]')
SECRET_VALUE = re.compile(r'^[!#-&(-\[\]-~]{1,256}$')


class Refused(Exception):
    """Nothing was changed; `why` is for programs."""

    def __init__(self, why, says):
        super().__init__(says)
        self.why = why


class PushFile:
    """`commands`: lists of words that begin with set or delete. `roots`: all that an undo has to put back."""

    def __init__(self, packed, sha256):
        document = _unpacked(packed, sha256)
        self.commands = document.get('commands')
        self.roots = document.get('roots')
        if not _are_paths(self.commands) or not _are_paths(self.roots):
            raise Refused('file', 'commands and roots of the push are not lists of words')
        if time.time() > document.get('notAfter', 0):
            raise Refused('expired', 'the command came too late, or this router has a wrong clock')
        for root in self.roots:
            if running.area_of(root) is None:
                raise Refused('file', '%s is not for us to change' % ' '.join(root[:3]))
        for verb, *path in self.commands:
            if verb not in ('set', 'delete') or not any(running.begins(path, root) for root in self.roots):
                raise Refused('file', '%s %s is not for us to run' % (verb, ' '.join(path[:3])))

    def secret_names(self):
        return sorted({name for words in self.commands for name in map(_secret_name, words) if name is not None})

    def filled(self, values):
        """The commands with the secrets in place of their names."""
        for name, value in values.items():
            if not SECRET_VALUE.match(value):
                raise Refused(
                    'secret', 'VyOS cannot carry the value of %s: take A-Z a-z 0-9 . _ - (no quote, no blank)' % name
                )
        return [[values.get(_secret_name(word), word) for word in words] for words in self.commands]


def _secret_name(word):
    match = PLACEHOLDER.match(word)
    return match.group(1) if match else None


def _unpacked(packed, sha256):
    try:
        text = gzip.decompress(base64.b64decode(packed, validate=True))
    except (ValueError, OSError, EOFError):
        raise Refused('file', 'the push did not arrive whole')
    if hashlib.sha256(text).hexdigest() != sha256:
        raise Refused('file', 'the push has another SHA-256 than announced')
    if len(text) > MOST_BYTES:
        raise Refused('file', 'the push is too large')
    document = json.loads(text.decode())
    return document if isinstance(document, dict) else {}


def _are_paths(value):
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(isinstance(path, list) and len(path) > 1 and all(map(_is_word, path)) for path in value)
    )


def _is_word(word):
    return isinstance(word, str) and word != '' and not word.startswith('-') and not FORBIDDEN.search(word)
