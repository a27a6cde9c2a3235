"""What a router runs now, as `set` commands in words, and how it may be shown: our areas only, and no secrets.

Python 3.7: VyOS 1.3 carries no later one. No two opening braces in a row anywhere: SSM would take them for its own.
"""

import hashlib
import os
import re
import shlex
import subprocess

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

# Leaves that hold secrets, ours and anybody's; the same pattern as in vyos/config-entry.ts.
SECRET_LEAF = re.compile(r'(^|-)(secret|password|passphrase|key)$')
MASK = '(not shown)'
PLAIN = re.compile(r'^[A-Za-z0-9_.:/@%+,=-]+$')

# A ConfigSession writes its own variables into os.environ; with them cli-shell-api would show that session.
CLEAN_ENVIRONMENT = dict(os.environ)


def running():
    """Every line of the running configuration in our areas, as words without `set`; secrets are in it.

    What `show configuration commands` does on VyOS 1.3 and later (op-mode-definitions/show-configuration.xml.in).
    """
    shown = _output(['cli-shell-api', 'showCfg', '--show-active-only'], b'')
    commands = _output(['vyos-config-to-commands'], shown).decode('utf-8', 'replace')
    lines = [shlex.split(line)[1:] for line in commands.splitlines() if line.startswith('set ')]
    return [words for words in lines if area_of(words) is not None]


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
    """SHA-256 of `shown`: tells whether somebody changed something, and nothing about a secret."""
    return hashlib.sha256(shown(lines).encode()).hexdigest()


def _quoted(word):
    return word if PLAIN.match(word) else "'" + word + "'"


def _output(command, given):
    ended = subprocess.run(
        command, input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=CLEAN_ENVIRONMENT
    )
    if ended.returncode != 0:
        raise RuntimeError('%s ended with %d: %s' % (command[0], ended.returncode, ended.stderr.decode()[:300]))
    return ended.stdout
