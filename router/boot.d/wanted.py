"""The configuration of this router: what was pushed to it last, or, if nothing was pushed, the bundle's."""

import base64
import re
import shlex
import zlib

import aws
import newer_commands
import placeholders
import running
from refusal import NotYet

MOST_BYTES = 16 << 20


def lines(bundle, document):
    """Lists of words, without `set`, with the names of secrets. Raises NotYet, OSError, ValueError."""
    if 'table' not in document:
        raise NotYet('the boot parameter has no table: deploy the stack of this router again')
    pushed = _pushed(document['table'], _own_name(bundle))
    if pushed is None:
        with open(bundle + '/config.set') as file:
            pushed = file.read().splitlines()
    words = [shlex.split(placeholders.filled(line, document)) for line in pushed if line.strip()]
    found = [path for verb, *path in for_release(words)]
    outside = next((path for path in found if running.area_of(path) is None), None)
    if not found or outside:
        raise NotYet('the configuration has no line, or one outside the managed areas: %s' % ' '.join(outside or []))
    return found


def secrets_of(bundle):
    """Names of the secrets in the configurations of other programs: Serf's."""
    try:
        with open(bundle + '/serf.json.in') as file:
            return re.findall(r'\{\{ssm:([^{}]+)\}\}', file.read())
    except FileNotFoundError:
        return []


def for_release(commands):
    """Adapts the commands that differ between releases to the running one."""
    known = newer_commands.known() or NONE
    kept = [words for words in commands if known['retransmission'] or words[1:5] != RETRANSMISSION]
    kept = [words for words in kept if known['bfdStrict'] or words[-2:] != ['bfd', 'strict']]
    own = 'trap' if known['trap'] else 'respond'
    return [words[:-1] + [own] if words[-2] == 'connection-type' and words[-1] in ON_TRAFFIC else words for words in kept]


NONE = {'trap': False, 'retransmission': False, 'bfdStrict': False}
RETRANSMISSION = ['vpn', 'ipsec', 'options', 'retransmission']
# Both mean the same: vyos-1x, T7594.
ON_TRAFFIC = ('respond', 'trap')


def _own_name(bundle):
    with open(bundle + '/report.conf') as file:
        return re.search(r"^SELF='(.*)'$", file.read(), re.M).group(1)


def _pushed(table, router):
    """The lines as aws/push-store.ts stores them; None: nothing was ever pushed. Raises NotYet if they cannot be read."""
    key = {'pk': {'S': 'push'}, 'sk': {'S': 'pushed#%s' % router}}
    body = {'TableName': table, 'Key': key, 'ConsistentRead': True}
    try:
        answer = aws.call(aws.Instance(), 'dynamodb', 'DynamoDB_20120810.GetItem', body, '1.0')
    except aws.Failed as failed:
        raise NotYet('what was pushed last could not be read from the table %s: %s' % (table, failed))
    if 'Item' not in answer:
        return None
    packed = answer['Item']['pushed']['M']['lines']
    if 'L' in packed:
        # Of an earlier release.
        return [each['S'] for each in packed['L']]
    return _unpacked(packed['S']).splitlines()


def _unpacked(text):
    try:
        return zlib.decompressobj(wbits=31).decompress(base64.b64decode(text), MOST_BYTES).decode()
    except (ValueError, zlib.error):
        raise NotYet('what was pushed last cannot be unpacked: push again')
