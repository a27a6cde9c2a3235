"""VyOS's and systemd's programs, as far as routers' scripts call them: (arguments, input, environment) -> (exit status, output, errors)."""

import os
import signal
import sys

import backend
import grammar
import simulated
import vyos_text


def cli_shell_api(arguments, given, env):
    what, rest = arguments[0], arguments[1:]
    if what == 'getNodeType':
        of = grammar.kind_of(rest)
        return 0, of, ''
    if what in ('showCfg', 'showConfig') and '--show-active-only' in rest:
        status, text, errors = _shown(backend.running(), rest)
        if simulated.read('faults') == {} and not grammar.bgp_is_tag():
            simulated.put_file('running.text', text)
        return status, text, errors
    if what == 'showConfig' and '--show-working-only' in rest:
        return _shown(simulated.read(env['SIMULATED_SESSION']), rest)
    return 1, '', 'cli-shell-api: not simulated: %s\n' % ' '.join(arguments)


def _shown(lines, options):
    """A reading during a commit may return half, or nothing (F6)."""
    simulated.step('show')
    if simulated.fault('failedReads') is not None:
        _somebody_begins()
        return 1, '', '_show_diff error (both config NULL)\n'
    if simulated.fault('halfReads') is not None:
        _somebody_begins()
        lines = lines[: len(lines) * 3 // 5]
    if '--show-show-defaults' in options:
        lines = backend.with_defaults(lines)
    return 0, vyos_text.render(lines), ''


def _somebody_begins():
    """A commit begins, and ends: its lock file is written to."""
    mtime = os.stat(simulated.path(backend.LOCK)).st_mtime_ns + 1
    os.utime(simulated.path(backend.LOCK), ns=(mtime, mtime))


# What systemd 241, of VyOS 1.3, knows of them as well.
SYSTEMD_RUN = ('--quiet', '--collect', '--unit', '--on-active=', '--on-unit-active=', '--timer-property=AccuracySec=')
SYSTEMD_RUN += ('--property=RuntimeMaxSec=', '--setenv=')


def systemd_run(arguments, given, env):
    """Writes a timer down, whose time SimulatedVyos lets come, or a service."""
    simulated.step('systemd-run')
    if not any(word.startswith('--on-active') for word in arguments):
        return _note_service(arguments)
    if simulated.fault('noTimers') is not None:
        return 1, '', 'Failed to start transient timer unit: Connection timed out\n'
    strange = [word for word in arguments[: arguments.index('sg')] if word.startswith('-') and not word.startswith(SYSTEMD_RUN)]
    if strange:
        return 1, '', 'systemd-run: unrecognized option %s\n' % strange[0]
    options = dict(word.lstrip('-').split('=', 1) for word in arguments if word.startswith('--') and '=' in word)
    variables = [word.split('=', 1)[1] for word in arguments if word.startswith('--setenv=')]
    unit = arguments[arguments.index('--unit') + 1]
    if os.path.exists(simulated.path('timers/%s.json' % unit)):
        return 1, '', 'Failed to start transient timer unit: Unit %s.timer already exists.\n' % unit
    simulated.write(
        'timers/%s' % unit,
        {
            'env': dict(pair.split('=', 1) for pair in variables),
            'command': arguments[arguments.index('sg') :],
            'due': simulated.uptime() + int(options['on-active']),
            'longest': int(options['property'][len('RuntimeMaxSec=') :]),
            'every': int(options.get('on-unit-active', 0)),
        },
    )
    simulated.step('timer runs')
    return 0, '', ''


def _note_service(arguments):
    """The service of the boot script, which CreatedRouter runs. The program `systemd-run` runs any other."""
    unit = next(word.split('=', 1)[1] for word in arguments if word.startswith('--unit='))
    command = arguments[next(index for index, word in enumerate(arguments) if not word.startswith('-')) :]
    simulated.write('services/%s' % unit, command)
    return 0, '', ''


def end_services():
    """Power off: the services that `systemd-run` started end in the middle of everything."""
    folder = simulated.path('systemd')
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        with open('%s/%s' % (folder, name)) as file:
            pid = file.read().strip()
        if pid.isdigit():
            try:
                os.killpg(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
            simulated.remove('systemd/' + name)


def systemctl(arguments, given, env):
    """Stops timers; the program `systemctl` does the rest."""
    simulated.step('systemctl')
    for unit in arguments[1:]:
        simulated.remove('timers/%s.json' % unit[: -len('.timer')])
    simulated.step('timer stopped')
    return 0, '', ''


def main(program):
    status, output, errors = program(sys.argv[1:], '', os.environ)
    sys.stdout.write(output)
    sys.stderr.write(errors)
    sys.exit(status)
