"""The boot configuration."""

import hashlib
import os

import machine
import running

# /config is a link, and a file can only be renamed within its own folder's file system.
FILE = os.path.realpath(machine.ROOT + '/config/config.boot')


def lines(path=FILE):
    """All lines of a boot file. Raises OSError, ValueError."""
    return running.lines_of(text(path))


def digest(shown):
    """Of our areas, as running.digest is of what runs (`shown`, our lines of it); None: it cannot be read."""
    return _of_ours(shown, running.digest)


def exact(shown):
    """The same, with secrets."""
    return _of_ours(shown, running.exact)


def _of_ours(shown, digest_of):
    """VyOS 1.3 writes default values into the file that it does not show."""
    try:
        hidden = set(map(tuple, running.everything(running.WITH_DEFAULTS))) - set(map(tuple, shown))
        return digest_of([words for words in running.managed(lines()) if tuple(words) not in hidden])
    except (OSError, ValueError, running.Unreadable):
        return None


def sha256(path=FILE):
    """None: there is none."""
    try:
        with open(path, 'rb') as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return None


def text(path):
    with open(path, encoding='utf-8', errors='surrogateescape', newline='\n') as file:
        return file.read()
