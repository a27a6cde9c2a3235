"""What a router runs now, as `set` commands in words, and how it may be shown: our areas only, and no secrets.

Runs on Python 3.7, the version of VyOS 1.3.
"""

import os
import re
import subprocess
import time

import config_text
import machine

# Coarser than vyos/ownership.ts, which decides; outside of these nothing is ever read, shown or changed.
AREAS = (
    ('system', 'host-name'),
    ('vpn', 'ipsec'),
    ('interfaces', 'tunnel'),
    ('interfaces', 'vti'),
    ('interfaces', 'loopback', 'lo', 'address'),
    ('protocols', 'bgp'),
    ('protocols', 'bfd'),
    ('protocols', 'static', 'route'),
    ('policy', 'prefix-list'),
    ('policy', 'route-map'),
    ('firewall', 'options', 'interface'),
    ('high-availability', 'vrrp', 'group'),
)

# Leaves that hold secrets, managed or not; the same pattern as in vyos/config-entry.ts.
SECRET_LEAF = re.compile(r'(^|-)(secret|password|passphrase|key)$')
MASK = '(not shown)'
PLAIN = re.compile(r'^[A-Za-z0-9_.:/@%+,=-]+\Z')
WITH_DEFAULTS = '--show-show-defaults'
READ_WITHIN_S = 20

# A ConfigSession writes its own variables into os.environ; with them cli-shell-api would show that session.
CLEAN_ENVIRONMENT = dict(os.environ)


class Unreadable(Exception):
    """A configuration that cannot be read completely is unknown, and never a reason to act."""


def running():
    """Every line of the running configuration in the managed areas, as words without `set`, with secrets. Raises Unreadable."""
    return managed(everything())


def managed(lines):
    return [words for words in lines if area_of(words) is not None]


def everything(*options):
    """
    Every line of the running configuration. During a commit VyOS shows half of it, or fails. It is valid if two readings
    are equal, without a commit before, between or after them.
    """
    why = 'another process has been committing all the time'
    for _ in range(READ_WITHIN_S):
        begun = machine.commits_begun()
        if not machine.is_committing():
            try:
                first, second = _shown(options), _shown(options)
                if first == second and not machine.is_committing() and machine.commits_begun() == begun:
                    return lines_of(first)
                why = 'it changed between the reads'
            except ValueError as error:
                why = str(error)
        time.sleep(1)
    raise Unreadable('the running configuration could not be read whole for %d s: %s' % (READ_WITHIN_S, why))


def lines_of(text):
    """Raises ValueError."""
    return list(config_text.lines(config_text.parse(text)))


def show(command, options, env):
    """What VyOS shows of a session's configurations, as text. Raises ValueError."""
    ended = subprocess.run(
        ['cli-shell-api', command] + list(options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
    )
    if ended.returncode != 0:
        raise ValueError('cli-shell-api ended with %d: %s' % (ended.returncode, _text(ended.stderr)[-300:]))
    return _text(ended.stdout)


def _shown(options):
    return show('showCfg', ('--show-active-only',) + options, CLEAN_ENVIRONMENT)


def _text(output):
    return output.decode('utf-8', 'surrogateescape')


def area_of(path):
    """The area that a path lies in, itself or below; None outside of them."""
    return next((area for area in AREAS if begins(path, area)), None)


def begins(path, start):
    return list(path[: len(start)]) == list(start)


def holds_secret(words):
    return len(words) > 1 and SECRET_LEAF.search(words[-2]) is not None


def shown(lines):
    """As text, one `set` command a line, with no secret in it."""
    safe = [words[:-1] + [MASK] if holds_secret(words) else words for words in lines]
    return ''.join(sorted('set ' + ' '.join(map(_quoted, words)) + '\n' for words in safe))


def digest(lines):
    """SHA-256 of `shown`: it changes with the configuration, and discloses nothing about a secret."""
    # Here, because the process of a session needs no hash: OpenSSL would be a fifth of its start.
    import hashlib

    return hashlib.sha256(as_bytes(shown(lines))).hexdigest()


def exact(lines):
    """SHA-256 of the lines themselves: another secret is another configuration. Stays on the router."""
    import hashlib

    return hashlib.sha256(as_bytes(repr(sorted(lines)))).hexdigest()


def as_bytes(text):
    return text.encode('utf-8', 'surrogateescape')


def _quoted(word):
    return word if PLAIN.match(word) else "'" + word + "'"
