"""Runs `apply-config` on a simulated VyOS in a process that is forked for it: a few milliseconds instead of a few hundred.

Requests and answers are lines of JSON. What is replaced is only what takes time: programs of VyOS's and systemd's are called
as functions, configuration sessions are forked, secrets come from here. Every write to a file of the router's, every program
and every step inside of VyOS is a step at which the process group can be killed, by number.

usage: fork-server.py PROGRAM   PROGRAM: router/apply-config.d. Its environment is the one of a program on a simulated VyOS.
"""

import gc
import hashlib
import io
import json
import mmap
import os
import shutil
import signal
import struct
import sys
import traceback

PROGRAM = sys.argv[1]
FOLDER = os.environ['SIMULATED_VYOS']
sys.path[:0] = [PROGRAM]

import importlib.util  # noqa: E402
import subprocess  # noqa: E402

import backend  # noqa: E402
import bgp  # noqa: E402
import programs  # noqa: E402
import simulated  # noqa: E402
import tunnels  # noqa: E402
import vyos_text  # noqa: E402

import aws  # noqa: E402
import session  # noqa: E402
import show_config  # noqa: E402
import vici  # noqa: E402,F401
import vyos.configsession  # noqa: E402,F401
import vyos.version  # noqa: E402,F401

spec = importlib.util.spec_from_file_location('act', PROGRAM + '/__main__.py')
act = importlib.util.module_from_spec(spec)
spec.loader.exec_module(act)

PROGRAMS = {'cli-shell-api': programs.cli_shell_api, 'systemd-run': programs.systemd_run, 'systemctl': programs.systemctl}
# Of the process group under test: how many steps it has taken, and at which one it is killed (0: at none).
STEPS = mmap.mmap(-1, 16)
NAMES = os.memfd_create('steps')
# Files in /config that a power cut leaves as they are: time and size when they were last synced, wherever they are copied.
DURABLE = os.memfd_create('durable')


def step(name):
    taken, kill_at = struct.unpack('qq', STEPS[:])
    STEPS[:] = struct.pack('qq', taken + 1, kill_at)
    os.write(NAMES, name.encode() + b'\n')
    if taken + 1 == kill_at:
        AT_STEP[mode]()
    if mode == 'recorded':
        copy(FOLDER, '%s.%d' % (FOLDER, taken + 1))


def audit(event, arguments):
    if not under_test:
        return
    if event == 'open':
        path, _, flags = arguments
        if isinstance(path, str) and flags & 0o3 and is_routers(path):
            step('write ' + short(path))
    elif event in ('os.rename', 'os.remove') and is_routers(str(arguments[0])):
        if event == 'os.rename' or os.path.exists(arguments[0]):
            step('%s %s' % (event[3:], short(str(arguments[0]))))


def is_routers(path):
    return path.startswith((FOLDER + '/config/', FOLDER + '/run/'))


def short(path):
    return path[len(FOLDER) :]


def run(command, input=None, stdout=None, stderr=None, env=None, check=False, close_fds=True):
    if command[0] == sys.executable:
        ended = in_a_fork(json.loads(input))
    else:
        ended = PROGRAMS[command[0]](command[1:], input, env or os.environ)
        ended = subprocess.CompletedProcess(command, ended[0], os.fsencode(ended[1]), ended[2].encode())
    if check:
        ended.check_returncode()
    return ended


def in_a_fork(task):
    """A configuration session, in the same process group."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        sys.stdin, sys.stderr, status = io.StringIO(json.dumps(task)), io.StringIO(), 0
        try:
            session._session()
        except SystemExit as error:
            status = error.code
            error.__traceback__ = None
        except Exception:
            traceback.print_exc(file=sys.stderr)
            status = 1
        os.write(writing, sys.stderr.getvalue().encode())
        os._exit(status)
    os.close(writing)
    with os.fdopen(reading, 'rb') as pipe:
        said = pipe.read()
    return subprocess.CompletedProcess([], os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), b'', said)


def fsync(descriptor, real=os.fsync):
    about = os.fstat(descriptor)
    os.write(DURABLE, ('%s\n' % signature(about)).encode())


def signature(about):
    return '%d %d' % (about.st_mtime_ns, about.st_size)


def secret_of(request):
    """The metadata service and SSM."""
    url, method = request.full_url, request.get_method()
    step('%s %s' % (method, url.rsplit('/', 1)[-1]))
    if method == 'POST':
        return json.dumps({'Parameter': {'Value': secret}})
    return json.dumps({'AccessKeyId': 'a', 'SecretAccessKey': 'b', 'Token': 'c'}) if url.endswith('role') else 'role'


def worsen(**faults):
    simulated.write('faults', dict(simulated.read('faults'), **faults))


# What comes before the step of that number.
AT_STEP = {
    'killed': lambda: os.killpg(0, signal.SIGKILL),
    'disk full': lambda: worsen(configFull=True),
    'locked': lambda: worsen(lockedUntil=simulated.uptime() + 15),
    'locked for ever': lambda: worsen(lockedUntil=1e9),
    'undone': lambda: undone_meanwhile(),
}


def show(at=0, how='killed'):
    return perform({}, at, how, program=show_config.main)


def undone_meanwhile():
    """By its timer."""
    old = vyos_text.parse(simulated.open_text(FOLDER + '/config/config.boot').read())
    simulated.write('running', old)
    simulated.write('daemons', old)
    simulated.remove('run/push/pending')


def record(variables):
    """
    One delivery, and snapshots of what a kill would leave before each of its steps: all that there is lies in files. Each
    state once, by the number of its step, and what the step is.
    """
    delivery = perform(variables, how='recorded')
    copy(FOLDER, '%s.%d' % (FOLDER, delivery['steps'] + 1))
    seen, states = set(), []
    for at, name in enumerate(delivery['names'] + ['its end'], 1):
        digest = state('%s.%d' % (FOLDER, at))
        if digest not in seen:
            seen.add(digest)
            states.append({'at': at, 'name': name})
    return dict(delivery, states=states)


def set_secret(value):
    global secret
    secret = value


def perform(variables, kill_at=0, how='killed', program=act.main):
    """One delivery of a command: its answer, or none where it was killed."""
    global mode
    mode = how
    STEPS[:] = struct.pack('qq', 0, kill_at)
    os.ftruncate(NAMES, 0)
    os.lseek(NAMES, 0, os.SEEK_SET)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        global under_test
        os.setpgid(0, 0)
        os.environ.update(variables)
        under_test = True
        sys.stdout = sys.stderr = os.fdopen(writing, 'w')
        try:
            program()
        except SystemExit as error:
            print(error)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    taken = struct.unpack('qq', STEPS[:])[0]
    names = os.pread(NAMES, 1 << 20, 0).decode().split('\n')[:-1]
    return {'said': said, 'answer': json.loads(said) if said.startswith('{') else None, 'steps': taken, 'names': names}


def fire():
    """The time of each timer comes once, unless another one's run has stopped it."""
    answers = []
    for name in timers():
        timer = simulated.read('timers/' + name)
        if timer is None:
            continue
        simulated.pass_time(max(0, timer['due'] - simulated.uptime()))
        if timer['every']:
            simulated.write('timers/' + name, dict(timer, due=timer['due'] + timer['every']))
        else:
            simulated.remove('timers/%s.json' % name)
        answers.append(perform(timer['env']))
    return answers


def timers():
    folder = FOLDER + '/timers'
    return [name[: -len('.json')] for name in os.listdir(folder)] if os.path.exists(folder) else []


def power_cut():
    """What of /config was not synced is lost."""
    durable = set(os.pread(DURABLE, 1 << 20, 0).decode().split('\n'))
    for folder, _, names in os.walk(FOLDER + '/config'):
        for name in names:
            path = os.path.join(folder, name)
            if signature(os.stat(path)) not in durable:
                open(path, 'w').close()
    backend.restart()


def sync():
    os.ftruncate(DURABLE, 0)
    os.lseek(DURABLE, 0, os.SEEK_SET)
    for folder, _, names in os.walk(FOLDER + '/config'):
        for name in names:
            with open(os.path.join(folder, name)) as file:
                fsync(file.fileno())


def install(lines, version):
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    backend.install(lines, version)
    sync()


def facts():
    try:
        with simulated.open_text(FOLDER + '/config/config.boot') as file:
            boots = vyos_text.parse(file.read())
    except ValueError:
        boots = []
    return {
        'running': text(backend.running()),
        'daemons': text(simulated.read('daemons')),
        'boots': text([words for words in boots if 'compression' not in words]),
        'timers': timers(),
        'uptime': simulated.uptime(),
        'bootId': open(FOLDER + '/proc/sys/kernel/random/boot_id').read().strip(),
        'files': sorted(os.listdir(FOLDER + '/config')),
        'modes': {name: os.stat(FOLDER + '/config/' + name).st_mode for name in os.listdir(FOLDER + '/config') if '.boot' in name},
    }


def state(root=FOLDER):
    """Equal for states that are equal but for their time, and for what nobody reads any more."""
    found = []
    for folder, folders, names in os.walk(root):
        if folder == root:
            folders[:] = [each for each in folders if not each.startswith(('proc', 'sessions'))]
        for name in names:
            with open(folder + '/' + name, 'rb', buffering=0) as file:
                found.append((folder[len(root) :], name, file.read()))
    found.sort()
    return hashlib.sha256(repr(found).encode()).hexdigest()


def text(lines):
    return sorted(' '.join(words) for words in lines)


def copy(source, target):
    shutil.rmtree(target, ignore_errors=True)
    copy_new(source, target)


def copy_new(source, target):
    """As shutil.copytree, for folders of small files: contents, modes and times."""
    os.mkdir(target)
    with os.scandir(source) as entries:
        for entry in entries:
            to = target + '/' + entry.name
            if entry.is_dir():
                copy_new(entry.path, to)
            else:
                about = entry.stat()
                reading = os.open(entry.path, os.O_RDONLY)
                writing = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
                os.write(writing, os.read(reading, about.st_size))
                os.fchmod(writing, about.st_mode)
                os.utime(writing, ns=(about.st_atime_ns, about.st_mtime_ns))
                os.close(reading)
                os.close(writing)


def join(folder, routers):
    """Lets it know other routers, by public address, and has its tunnels set up."""
    os.makedirs(folder, exist_ok=True)
    simulated.write('network', {'folder': folder, 'routers': routers})
    for peer in tunnels.peers(simulated.read('daemons')).values():
        tunnels.negotiate(peer)


REQUESTS = {
    'install': install,
    'act': perform,
    'record': record,
    'show': show,
    'secret': set_secret,
    'fire': fire,
    'powerCut': power_cut,
    'reboot': backend.restart,
    'pass': simulated.pass_time,
    'faults': lambda faults: simulated.write('faults', faults),
    'running': lambda lines: (simulated.write('running', lines), simulated.write('daemons', lines)),
    'save': lambda: backend.save(FOLDER + '/config/config.boot'),
    'write': simulated.put_file,
    'remove': simulated.remove,
    'facts': facts,
    'join': join,
    'bgp': bgp.summary,
    'state': state,
    'snapshot': lambda name: copy(FOLDER, '%s.%s' % (FOLDER, name)),
    'restore': lambda name: copy('%s.%s' % (FOLDER, name), FOLDER),
}

under_test, mode, secret = False, 'killed', 'correct-horse-battery-staple'
sys.addaudithook(audit)
simulated.HOOKS.append(lambda name: under_test and step(name))
subprocess.run = run
os.fsync = fsync
aws._read = secret_of
# A collection in a fork would copy all that it looks at.
gc.disable()
gc.freeze()
for line in sys.stdin:
    name, arguments = json.loads(line)
    print(json.dumps(REQUESTS[name](*arguments)), flush=True)
