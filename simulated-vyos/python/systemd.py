"""systemd, as far as routers' scripts call it: units and their states are files of the folder `systemd`, services of `services`."""

import os

import simulated

UNITS = 'etc/systemd/system'


def run_service(arguments):
    """`systemd-run` without a timer: writes the service down, which CreatedRouter runs."""
    unit = next(word.split('=', 1)[1] for word in arguments if word.startswith('--unit='))
    command = arguments[next(index for index, word in enumerate(arguments) if not word.startswith('-')) :]
    simulated.write('services/%s' % unit, command)
    return 0, '', ''


def systemctl(arguments):
    """start, is-active, kill and daemon-reload of units."""
    verb = next(word for word in arguments if not word.startswith('-'))
    if verb == 'daemon-reload':
        return 0, '', ''
    unit = arguments[-1] if '.' in arguments[-1] else arguments[-1] + '.service'
    state, exists = 'systemd/' + unit, os.path.exists(simulated.path('%s/%s' % (UNITS, unit)))
    if verb == 'is-active':
        return (0 if os.path.exists(simulated.path(state)) else 3), '', ''
    if verb == 'start' and exists:
        simulated.put_file(state, 'active\n')
        return 0, '', ''
    if verb == 'kill':
        # Restart=always starts it again while its unit is there.
        if not exists:
            simulated.remove(state)
        return 0, '', ''
    return 1, '', 'Failed to %s %s: Unit not found.\n' % (verb, unit)
