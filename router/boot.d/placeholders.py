"""Reads the boot parameter, and replaces the placeholders in the bundle's files by its values."""

import hashlib
import json
import re

import known_here
import machine
from refusal import NotYet

# {{apiUrl}}, {{witnessUrl:virginia}}, {{address:virginia-1}}: see vyos/boot-values.ts. {{ssm:…}} is replaced elsewhere.
NAME = re.compile(r'\{\{(apiUrl|(?:witnessUrl|address):[A-Za-z0-9_-]+)\}\}')
FILLED = ('report.conf', 'config.set')


def document(bundle):
    """`apiUrl`, `witnessUrls` by site, `addresses` by router; `table` of a created router. Raises NotYet."""
    with open(bundle + '/boot.json') as file:
        found = json.load(file)
    wrong = [key for key in ('apiUrl', 'witnessUrls', 'addresses') if key not in found]
    if wrong:
        raise NotYet('the boot parameter has no %s: deploy the stack of this router again' % ', '.join(wrong))
    return found


def fill(bundle, values):
    """Changes the files and their hashes in the index. Idempotent. Raises NotYet, OSError."""
    values = known_here.with_known(values, _installed('report.conf'))
    hashes = {}
    for name in FILLED:
        with open('%s/%s' % (bundle, name)) as file:
            text = file.read()
        if name == 'report.conf' and 'table' not in values:
            # The stack of an existing site does not know the others.
            text = known_here.without_unknown(text, values['witnessUrls'])
        text = filled(text, values)
        machine.write('%s/%s' % (bundle, name), text, 0o644)
        hashes[name] = hashlib.sha256(text.encode()).hexdigest()
    with open(bundle + '/INDEX') as file:
        lines = [line.split(' ', 2) for line in file.read().splitlines()]
    index = ['%s %s %s\n' % (mode, hashes.get(path, found), path) for mode, found, path in lines]
    machine.write(bundle + '/INDEX', ''.join(index), 0o644)


def _installed(name):
    try:
        with open('%s/config/vyos-failover/%s' % (machine.ROOT, name)) as file:
            return file.read()
    except OSError:
        return ''


def filled(text, values):
    """Raises NotYet if a value is missing or malformed."""
    return NAME.sub(lambda found: _value(found.group(1), values), text)


def _value(name, values):
    kind, _, of = name.partition(':')
    known = {'apiUrl': values['apiUrl']} if not of else values[{'witnessUrl': 'witnessUrls', 'address': 'addresses'}[kind]]
    value = str(known.get(of or kind, ''))
    # No character that would end a quote or a line.
    if not re.fullmatch(r'[A-Za-z0-9.:/_-]+', value):
        raise NotYet('the boot parameter has no %s: deploy the stack of this router again' % name)
    return value
