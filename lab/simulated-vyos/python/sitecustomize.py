"""Every Python program on a simulated VyOS begins with this: its time and its locks are simulated, nobody waits."""

import fcntl
import struct
import sys
import time

import simulated

FLOCK = 'hhqqi4x'
_fcntl = fcntl.fcntl


def _lock_asked(file, command, argument=0):
    """Whether somebody has a POSIX lock: somebody simulated may."""
    if command == fcntl.F_GETLK and simulated.somebody_commits():
        return struct.pack(FLOCK, fcntl.F_WRLCK, 0, 0, 0, 1)
    return _fcntl(file, command, argument)


def _full_disk(event, arguments):
    """Nothing of /config can be written (fault `diskFull`). What VyOS itself writes fails in its own way (backend.save)."""
    if event != 'open' or not isinstance(arguments[0], str) or not str(arguments[0]).startswith(simulated.path('config/')):
        return
    if arguments[1] in ('r', 'rb', None) and not arguments[2] & 0o3:
        return
    if simulated.read('faults', {}).get('configFull'):
        raise OSError(28, 'No space left on device', arguments[0])


if simulated.FOLDER:
    time.sleep = simulated.pass_time
    fcntl.fcntl = _lock_asked
    sys.addaudithook(_full_disk)
