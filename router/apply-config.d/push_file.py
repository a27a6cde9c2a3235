"""The commands of a push: unpacked, and checked at the border; secrets in place of their names."""

import base64
import hashlib
import json
import re
import zlib

import machine
import running

# Unpacked: far more than any router's configuration, far less than its RAM.
MOST_BYTES = 1 << 20
# How a secret's name stands in a command: see vyos/secrets.ts.
PLACEHOLDER = re.compile(r'[{][{]ssm:((?:/[A-Za-z0-9_.-]+)+)[}][}]')
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\'"]')
SECRET_VALUE = re.compile(r'[!#-&(-\[\]-~]{1,256}')


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
        _in_time(document.get('boot'))
        for root in self.roots:
            if running.area_of(root) is None:
                raise Refused('file', '%s is outside the managed configuration' % ' '.join(root[:3]))
        for verb, *path in self.commands:
            if verb not in ('set', 'delete') or not any(running.begins(path, root) for root in self.roots):
                raise Refused('file', '%s %s is not an allowed command' % (verb, ' '.join(path[:3])))


def secret_names(lines):
    return sorted({name for words in lines for name in map(_secret_name, words) if name is not None})


def filled(lines, values):
    """Lists of words, with the secrets in place of their names. Raises Refused."""
    for name, value in values.items():
        if not SECRET_VALUE.fullmatch(value):
            raise Refused(
                'secret', 'VyOS cannot store the value of %s: use A-Z a-z 0-9 . _ - (no quote, no blank)' % name
            )
    return [[values.get(_secret_name(word), word) for word in words] for words in lines]


def _in_time(boot):
    """By the router's own time since boot: its clock may be wrong, and no command from before a reboot counts."""
    if not isinstance(boot, dict) or not isinstance(boot.get('notAfter'), int) or not isinstance(boot.get('id'), str):
        raise Refused('file', 'the push has no start deadline')
    if boot['id'] != machine.boot_id():
        raise Refused('expired', 'the command is from before a reboot of this router')
    if machine.uptime() > boot['notAfter']:
        raise Refused('expired', 'the command came too late')


def _secret_name(word):
    match = PLACEHOLDER.fullmatch(word)
    return match.group(1) if match else None


def _unpacked(packed, sha256):
    unpacking = zlib.decompressobj(wbits=31)
    try:
        text = unpacking.decompress(base64.b64decode(packed, validate=True), MOST_BYTES + 1)
    except (ValueError, zlib.error):
        raise Refused('file', 'the push is incomplete')
    if len(text) > MOST_BYTES:
        raise Refused('file', 'the push is too large')
    if not unpacking.eof:
        raise Refused('file', 'the push is incomplete')
    if hashlib.sha256(text).hexdigest() != sha256:
        raise Refused('file', 'the SHA-256 of the push does not match')
    try:
        document = json.loads(text.decode())
    except (ValueError, RecursionError):
        raise Refused('file', 'the push is not JSON')
    return document if isinstance(document, dict) else {}


def _are_paths(value):
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(isinstance(path, list) and len(path) > 1 and all(map(_is_word, path)) for path in value)
    )


def _is_word(word):
    return isinstance(word, str) and word != '' and not word.startswith('-') and not FORBIDDEN.search(word)
