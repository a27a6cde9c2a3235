"""Every Python program on a simulated VyOS begins with this: its time and its locks are simulated, without real waits."""

import fcntl
import os
import struct
import subprocess
import sys
import time

import simulated

FLOCK = 'hhqqi4x'
_fcntl, _run = fcntl.fcntl, subprocess.run


def _lock_asked(file, command, argument=0):
    """Whether a process holds a POSIX lock: a simulated one may."""
    if command == fcntl.F_GETLK and simulated.is_committing():
        return struct.pack(FLOCK, fcntl.F_WRLCK, 0, 0, 0, 1)
    return _fcntl(file, command, argument)


def _run_or_answer(command, *arguments, **options):
    """
    VyOS's program answers in a few ms; a first configuration asks a hundred times, and Python takes 20 to 40 ms to start. Only where the
    process that asks is to be ended alone is there another one.
    """
    if command[:1] != ['cli-shell-api'] or simulated.read('faults', {}).get('orphanAt'):
        return _run(command, *arguments, **options)
    import programs

    status, output, errors = programs.cli_shell_api(command[1:], '', options.get('env') or os.environ)
    return subprocess.CompletedProcess(command, status, os.fsencode(output), os.fsencode(errors))


def _full_disk(event, arguments):
    """
    Nothing can be written in /config (faults `configFull`, `configReadOnly`) or in /run (`runFull`). What VyOS itself writes
    fails in its own way (backend.save).
    """
    if event not in ('open', 'os.rename', 'os.remove') or not isinstance(arguments[0], str):
        return
    in_config, in_run = (arguments[0].startswith(simulated.path(folder)) for folder in ('config/', 'run/push/'))
    if not in_config and not in_run or (event == 'open' and not arguments[2] & 0o3):
        return
    faults = simulated.read('faults', {})
    if in_config and faults.get('configReadOnly'):
        raise OSError(30, 'Read-only file system', arguments[0])
    if event == 'open' and faults.get('configFull' if in_config else 'runFull') and not arguments[0].endswith('/lock'):
        raise OSError(28, 'No space left on device', arguments[0])


if simulated.FOLDER:
    time.sleep = simulated.sleep
    fcntl.fcntl = _lock_asked
    subprocess.run = _run_or_answer
    sys.addaudithook(_full_disk)
