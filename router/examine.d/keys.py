"""This router's keys: whether its role can fetch each one, and whether IPsec uses the stored value."""

import hashlib
import os
import re

import aws

ROOT = os.environ.get('VYOS_FAILOVER_ROOT', '')
# Written by VyOS from its configuration: strongSwan's of VyOS 1.4 and later, and of 1.3.
IPSEC_FILES = ('/etc/swanctl/swanctl.conf', '/etc/ipsec.secrets')
SECRET = re.compile(r'^\s*secret\s*=\s*"?([^"\n]+?)"?\s*$|:\s*PSK\s+"([^"\n]+)"', re.MULTILINE)
# SSM answers in some 50 ms. More keys than this would exceed the time of the examination.
MOST = 40


def examine(uses):
    """By name: {"mark", "used"} or {"fault"}. `used` is None where it cannot be determined.

    `uses`: by name, "tunnel" or "serf".
    """
    names = list(uses)[:MOST]
    if not names:
        return {}
    try:
        instance = aws.Instance()
    except aws.Failed as failed:
        return {name: {'fault': str(failed)} for name in names}
    in_use = used_secrets()
    return {name: _examine(instance, name, in_use if uses[name] == 'tunnel' else None) for name in names}


def _examine(instance, name, in_use):
    try:
        body = {'Name': name, 'WithDecryption': True}
        value = aws.call(instance, 'ssm', 'AmazonSSM.GetParameter', body)['Parameter']['Value']
    except (aws.Failed, KeyError, TypeError) as failed:
        return {'fault': str(failed)}
    return {'mark': mark(name, value), 'used': None if in_use is None else value in in_use}


def mark(name, value):
    """16 bits: enough to find a different key, and too few to confirm a guess of one (docs/decisions/0030)."""
    return hashlib.sha256(('%s\0%s' % (name, value)).encode()).hexdigest()[:4]


def used_secrets():
    """The pre-shared keys that strongSwan has; None: none of its files can be read."""
    texts = [text for text in map(_text_of, IPSEC_FILES) if text]
    if not texts:
        return None
    return {value for text in texts for pair in SECRET.findall(text) for value in pair if value} or None


def _text_of(path):
    try:
        with open(ROOT + path, encoding='utf-8', errors='replace') as file:
            return file.read()
    except OSError:
        return None
