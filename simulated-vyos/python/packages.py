"""`dpkg --install`, as far as routers' scripts call it. A package is a text of control fields; one that is installed is a file with its version."""

import os
import re

import simulated

INSTALLED = 'var/lib/dpkg/'
UNITS = 'etc/systemd/system'


def install(package):
    """Its maintainer script starts its service."""
    simulated.step('dpkg')
    name = _field(package, 'Package')
    simulated.put_file(INSTALLED + name, _field(package, 'Version'))
    os.makedirs(simulated.path(UNITS), exist_ok=True)
    simulated.put_file('%s/%s.service' % (UNITS, name), '')
    simulated.put_file('systemd/%s.service' % name, 'active\n')


def _field(package, name):
    with open(package, encoding='latin-1') as file:
        found = re.search('^%s: (.*)$' % name, file.read(), re.M)
    return found.group(1) if found else ''
