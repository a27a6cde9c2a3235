"""The state of a simulated VyOS, as files in the folder SIMULATED_VYOS, which is also the root of its file system.

  running.json    VyOS's *active* configuration, as lists of words; `show` shows this one
  daemons.json    what its daemons run: they have it before *active* does (F1 in the facts that this imitates)
  config/config.boot, tmp/vyos-config-status, proc/uptime …   files as on a router
  sessions/ID.json   working configurations;  commit.json   a commit that continues after its session was ended
  faults.json     what is to go wrong

Time is the file proc/uptime. It advances at once when work takes time or a program sleeps (sitecustomize.py).
"""

import json
import os
import signal
from time import sleep as time_sleep

FOLDER = os.environ.get('SIMULATED_VYOS', '')
# Called at every step with its name; a test that kills between steps puts its own here.
HOOKS = []


def path(name):
    return FOLDER + '/' + name


def read(name, default=None):
    try:
        return json.loads(_content(name + '.json'))
    except FileNotFoundError:
        return default


def _content(name):
    """Without Python's file objects: a push reads hundreds of small files."""
    descriptor = os.open('%s/%s' % (FOLDER, name), os.O_RDONLY)
    try:
        return os.read(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def write(name, value):
    if name == 'running':
        remove('running.text')
    put_file(name + '.json', json.dumps(value))
    if name == 'daemons':
        forget_bgp()


def forget_bgp():
    """What `vtysh` has shown is no longer true, here or on a router that knows this one."""
    remove('bgp.text')
    for folder in read('network', {}).get('routers', {}).values():
        try:
            os.remove(folder + '/bgp.text')
        except FileNotFoundError:
            pass


def open_text(file, mode='r'):
    """Bytes that are no UTF-8 stay what they are: VyOS takes them for characters like others."""
    return open(file, mode, encoding='utf-8', errors='surrogateescape', newline='\n')


def put_file(name, text):
    """Whole or not at all: the simulation itself is never half written."""
    new = path(name) + '.new'
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        descriptor = os.open(new, flags, 0o666)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(new), exist_ok=True)
        descriptor = os.open(new, flags, 0o666)
    try:
        os.write(descriptor, text.encode('utf-8', 'surrogateescape'))
    finally:
        os.close(descriptor)
    os.replace(new, path(name))


def remove(name):
    try:
        os.remove(path(name))
    except FileNotFoundError:
        pass


def fault(name):
    """What is to go wrong, or None; a number counts down."""
    faults = read('faults', {})
    value = faults.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        faults[name] = value - 1 if value > 1 else None
        write('faults', faults)
    return value


def step(name):
    """
    A point at which the machine may lose its power, or the process group be killed (fault `killAt`), or only the process that
    began this one (`orphanAt`), which then waits for the pipe `go`.
    """
    for hook in HOOKS:
        hook(name)
    faults = read('faults', {})
    if faults.get('killOnceAt') == name:
        write('faults', dict(faults, killOnceAt=None))
        os.killpg(0, signal.SIGKILL)
    if faults.get('killAt') == name:
        os.killpg(0, signal.SIGKILL)
    if faults.get('orphanAt') == name:
        write('faults', {})
        os.kill(os.getppid(), signal.SIGKILL)
        with open(path('go')):
            pass


def uptime():
    with open(path('proc/uptime')) as file:
        return float(file.read().split()[0])


def sleep(seconds):
    """Without a wait; but a service that waits for others would keep a processor busy, so its environment says for how long it may rest."""
    time_sleep(float(os.environ.get('SIMULATED_REST_S', 0)))
    pass_time(seconds)


def pass_time(seconds):
    """Seconds go by; whatever was to end within them ends."""
    put_file('proc/uptime', '%.2f 0.00\n' % (uptime() + seconds))
    left = read('commit')
    if left is not None and uptime() >= left['ends']:
        import backend

        backend.finish(left)


def is_committing():
    """Whether another process has VyOS's commit lock."""
    return uptime() < read('faults', {}).get('lockedUntil', 0) or read('commit') is not None
