"""dpkg, as far as routers' scripts call it. A package is a text of control fields; one that is installed is a file with its version."""

import os
import re

import simulated
import systemd

INSTALLED = 'var/lib/dpkg/'


def dpkg(arguments):
    if arguments[0] == '--print-architecture':
        return 0, 'amd64\n', ''
    if arguments[0] == '--compare-versions':
        return _compared(*arguments[1:])
    if '--install' in arguments:
        simulated.step('dpkg')
        return _install(arguments[-1])
    return 2, '', 'dpkg: not simulated: %s\n' % ' '.join(arguments)


def dpkg_deb(arguments):
    """--field FILE NAME"""
    return 0, field(arguments[1], arguments[2]) + '\n', ''


def dpkg_query(arguments):
    name = arguments[-1]
    try:
        with open(simulated.path(INSTALLED + name)) as file:
            return 0, 'installed %s\n' % file.read(), ''
    except FileNotFoundError:
        return 1, '', 'dpkg-query: no packages found matching %s\n' % name


def field(package, name):
    with open(package, encoding='latin-1') as file:
        found = re.search('^%s: (.*)$' % name, file.read(), re.M)
    return found.group(1) if found else ''


def _install(package):
    """Its maintainer script starts its service."""
    name = field(package, 'Package')
    simulated.put_file(INSTALLED + name, field(package, 'Version'))
    os.makedirs(simulated.path(systemd.UNITS), exist_ok=True)
    simulated.put_file('%s/%s.service' % (systemd.UNITS, name), '')
    return systemd.systemctl(['start', name])


def _compared(one, how, other):
    a, b = ([int(part) for part in re.findall(r'\d+', version)] for version in (one, other))
    return (0 if {'lt': a < b, 'ge': a >= b}[how] else 1), '', ''
