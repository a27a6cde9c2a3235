"""VyOS's configuration backend as it was seen (facts F1–F13): sessions, commit with its lock, active after daemons, save.

What ends with an exit status and words in VyOS returns both here.
"""

import fcntl
import os

import grammar
import releases
import simulated
import vyos_text

LOCK = 'opt/vyatta/config/.lock'
LOCKED = 'Configuration system temporarily locked due to another commit in progress\n'
# What scripts that crash print first, in short (F12).
SUPPORT = 'VyOS had an issue completing a command.\n' + 'We are sorry that you encountered a problem while using VyOS. ' * 12

# Seconds, from two shared cores (F11): one my_set, one line of a loaded file (a third of that), and a commit.
SET_S, LOAD_S, COMMIT_S, COMMIT_LINE_S = 0.042, 0.014, 3, 0.07


def running():
    return simulated.read('running')


class Session:
    """A working configuration. An interrupted session of the same number has left its changes (F8)."""

    def __init__(self, number):
        self.name = 'sessions/%s' % number
        stale = simulated.fault('staleSession')
        if stale is not None:
            simulated.write(self.name, running() + [stale])
        if simulated.read(self.name) is None:
            simulated.write(self.name, running())

    def working(self):
        return simulated.read(self.name)

    def end(self):
        simulated.remove(self.name + '.json')

    def discard(self):
        """With nothing to discard, too: exit 0 (F5)."""
        simulated.write(self.name, running())
        return 0, ''

    def set(self, words):
        simulated.pass_time(SET_S)
        wrong = self._refused(words)
        if wrong is None:
            self._change(lambda tree: grammar.put(tree, words))
        return (0, '') if wrong is None else (1, wrong)

    def delete(self, words):
        """What is not there is no error (F5)."""
        simulated.pass_time(SET_S)
        there = self._change(lambda tree: grammar.take(tree, words))
        return 0, '' if there else 'Nothing to delete (the specified node does not exist)\n'

    def load(self, file):
        """
        The difference to *active*, set and deleted one by one. What there is no node for is refused, which is only said: exit 0.
        Values are not checked before the commit: templates are cached when the file is parsed (Cstore::get_parsed_tmpl).
        """
        with simulated.open_text(file) as opened:
            try:
                wanted = vyos_text.parse(opened.read())
            except ValueError as error:
                return 1, '%s\nFailed to parse specified config file\n' % error
        had = running()
        new = [words for words in wanted if words not in had]
        simulated.pass_time(LOAD_S * (len(new) + sum(words not in wanted for words in had)))
        unknown, version = simulated.read('faults', {}).get('unknown'), simulated.read('version')
        wrong = [words for words in new if unknown in words or releases.has_no_node(words, version)]
        simulated.write(self.name, [words for words in wanted if words not in wrong])
        names = (' '.join("'%s'" % word for word in words) for words in wrong)
        return 0, ''.join('Configuration path is not valid\n\nSet [%s] failed\n' % each for each in names)

    def _refused(self, words):
        faults = simulated.read('faults', {})
        if any(quote in word for word in words for quote in '\'"\n'):
            return 'Cannot use quote in value string\n'
        version = simulated.read('version')
        if faults.get('unknown') in words or releases.has_no_node(words, version):
            return 'Configuration path is not valid\nSet failed\n'
        is_wrong = faults.get('refuse') in words or releases.wrong_value(words, version) is not None
        return '%s\nSet failed\n' % _not_valid(words[-1]) if is_wrong else None

    def _change(self, how):
        tree = grammar.tree_of(self.working())
        done = how(tree)
        simulated.write(self.name, list(grammar.lines_of(tree)))
        return done

    def commit(self):
        """my_commit: exit 0 or 1 and nothing else (F4)."""
        with open(simulated.path(LOCK), 'w') as lock:
            try:
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return 1, LOCKED
            if simulated.is_committing() or simulated.fault('locked') is not None:
                return 1, LOCKED
            if simulated.fault('lies') is not None:
                return 0, ''
            return self._committed(running(), self.working())

    def _committed(self, old, new):
        changed = [words for words in old if words not in new] + [words for words in new if words not in old]
        if not changed:
            return 0, ''
        # A node at the top that is empty has no script.
        owners = sorted({tuple(words[:2]) for words in changed if len(words) > 1})
        ends = simulated.uptime() + COMMIT_S + COMMIT_LINE_S * len(changed)
        if simulated.fault('outlives') is not None:
            simulated.write('commit', {'ends': ends, 'new': new})
        failed, said = [], ''
        wrong = put_into_force(new)
        for owner in owners:
            simulated.step('commit %s' % ' '.join(owner))
            simulated.pass_time((ends - simulated.uptime()) / 2)
            why = wrong or self._failure(owner, [words for words in new if tuple(words[:2]) == owner])
            if why is None or why.startswith(SUPPORT):
                # Also where its script crashes in the end: the daemon has it by then (F1).
                put_owner('daemons', owner, new)
            if why is not None:
                failed.append(owner)
                said += '%s\n[[%s]] failed\n' % (why, ' '.join(owner))
        simulated.pass_time(max(0, ends - simulated.uptime()))
        succeeded = [words for words in new if tuple(words[:2]) not in failed]
        kept = [words for words in old if tuple(words[:2]) in failed]
        empty = [list(owner) for owner in failed if owner[0] == 'protocols' and not any(tuple(w[:2]) == owner for w in old)]
        write_active(succeeded + kept + empty)
        simulated.remove('commit.json')
        if simulated.read('faults', {}).get('hookSaves'):
            save(simulated.path('config/config.boot'))
        return (1, said + 'Commit failed\n') if failed else (0, said)

    def _failure(self, owner, lines):
        """A value that is none, and what a script says: `partial` in its verify(), `crashes` after its daemon has the new one."""
        refused = simulated.read('faults', {}).get('refuse')
        if any(refused in words for words in lines):
            return _not_valid(refused)
        version = simulated.read('version')
        for value in filter(None, (releases.wrong_value(words, version) for words in lines)):
            return _not_valid(value)
        area = tuple(simulated.read('faults', {}).get('area', ()))
        if owner[: len(area)] != area[: len(owner)]:
            return None
        if simulated.fault('partial') is not None:
            return ' '.join(words[-1] for words in self.working() if 'secret' in words)
        if simulated.fault('crashes') is not None:
            return SUPPORT + '\nbgpd says no'
        return None


def _not_valid(value):
    return '"%s" is not a valid value\nValue validation failed' % value


def put_owner(name, owner, new):
    others = [words for words in simulated.read(name) if tuple(words[:2]) != owner and len(words) > 1]
    simulated.write(name, others + [words for words in new if tuple(words[:2]) == owner])


def write_active(lines):
    """At the end of a commit the content is removed and copied again: a reading meanwhile has half, as after an interruption (F6)."""
    simulated.write('running', lines[: len(lines) // 2])
    simulated.step('commit active')
    simulated.write('running', lines)
    _prepare_running(lines)
    simulated.step('commit done')


def finish(left):
    """The end of a commit whose session was ended."""
    simulated.remove('commit.json')
    simulated.write('daemons', left['new'])
    simulated.write('running', left['new'])


def put_into_force(lines):
    """Hands the configuration to the folder's program `commit`, if it has one. Returns what went wrong, or None."""
    program = simulated.path('commit')
    if not os.path.exists(program):
        return None
    import subprocess  # Takes longer than all the rest of most programs here, which do not need it.

    # Nothing of the stand-in's own Python is to get into the programs that it starts.
    clean = {'PATH': os.environ['PATH']}
    ended = subprocess.run([program], input=commands_of(lines).encode(), capture_output=True, env=clean)
    return SUPPORT + (ended.stderr.decode() or 'no reason given') if ended.returncode != 0 else None


def commands_of(lines):
    """As VyOS prints them: the last word in single quotes."""
    return ''.join("set %s '%s'\n" % (' '.join(words[:-1]), words[-1]) for words in lines)


def save(file):
    """Opens for writing, then writes: a full disk leaves a cut file (F2). Before boot has completed, only a footer (F3)."""
    version = simulated.read('version')
    booted = os.path.exists(simulated.path('tmp/vyos-config-status'))
    text = vyos_text.boot_text(with_defaults(running()) if booted else [], version)
    full = simulated.fault('diskFull')
    simulated.step('save opens')
    with simulated.open_text(file, 'w') as opened:
        opened.write(text[: len(text) // 2])
        opened.flush()
        simulated.step('save writes')
        if full is not None and not version.startswith('1.3'):
            return 1, 'OSError: [Errno 28] No space left on device\n'
        opened.write(text[len(text) // 2 :] if full is None else '')
    return 0, ''


def with_defaults(lines):
    """Before 1.4 templates have default values, which `show` hides and `save` writes."""
    if not grammar.bgp_is_tag():
        return lines
    groups = {tuple(words[:4]) for words in lines if words[:3] == ['vpn', 'ipsec', 'esp-group']}
    return lines + sorted(list(group) + ['compression', 'disable'] for group in groups)


def boot():
    """After power on: what config.boot parses to, or nothing."""
    for name in ('commit.json', 'running.json', 'daemons.json'):
        simulated.remove(name)
    with simulated.open_text(simulated.path('config/config.boot')) as file:
        try:
            lines, status = vyos_text.parse(file.read()), '0\n'
        except ValueError:
            lines, status = [], '1\n'
    defaults = with_defaults([words for words in lines if 'compression' not in words])
    lines = [words for words in lines if words not in defaults or 'compression' not in words]
    simulated.write('running', lines)
    simulated.write('daemons', lines)
    simulated.put_file('tmp/vyos-config-status', status)


def install(lines, version):
    """A router that runs and boots with these lines."""
    simulated.write('version', version)
    releases.install(version)
    simulated.write('faults', {})
    simulated.write('running', lines)
    simulated.write('daemons', lines)
    for name, text in (
        (LOCK, ''),
        ('proc/uptime', '1000.00 0.00\n'),
        ('proc/sys/kernel/random/boot_id', '6b9f2c1e-0000-4000-8000-000000000001\n'),
        ('tmp/vyos-config-status', '0\n'),
        ('config/config.boot', vyos_text.boot_text(with_defaults(lines), version)),
    ):
        simulated.put_file(name, text)
    os.chmod(simulated.path('config/config.boot'), 0o660)
    _prepare_answers(lines)


def _prepare_answers(lines):
    """What the programs `cli-shell-api` and `vtysh` show: each of them would start Python for it."""
    import bgp

    _prepare_running(lines)
    simulated.put_file('bgp.text', bgp.text())


def _prepare_running(lines):
    if not grammar.bgp_is_tag():
        simulated.put_file('running.text', vyos_text.render(lines))


def install_image(commands, version):
    """
    A new disk, and what cloud-init makes of the image's own configuration, without an EC2 key pair (cc_vyos.py), and then of
    commands in words (cc_vyos_userdata.py).
    """
    tree = grammar.tree_of(
        [
            ['interfaces', 'ethernet', 'eth0', 'address', 'dhcp'],
            ['system', 'host-name', 'vyos'],
            ['system', 'login', 'user', 'vyos', 'authentication', 'plaintext-password', 'vyos'],
            ['service', 'ssh', 'port', '22'],
        ]
    )
    for verb, *words in commands:
        (grammar.put if verb == 'set' else grammar.take)(tree, words)
    install(list(grammar.lines_of(tree)), version)


def upgrade(version):
    """Another image: at its first boot it migrates what config.boot holds. Only /config is the old one's."""
    was = simulated.read('version')
    with simulated.open_text(simulated.path('config/config.boot')) as file:
        lines = releases.migrated(vyos_text.parse(file.read()), was, version)
    simulated.write('version', version)
    releases.install(version)
    simulated.put_file('config/config.boot', vyos_text.boot_text(lines, version))
    restart()


def restart():
    """Power off and on: the memory is empty, the boot id is new, and the time since boot restarts."""
    import shutil

    import programs

    programs.end_services()
    for name in ('run', 'tmp', 'timers', 'sessions'):
        shutil.rmtree(simulated.path(name), ignore_errors=True)
    with open(simulated.path('proc/sys/kernel/random/boot_id')) as file:
        number = int(file.read().strip()[-12:]) + 1
    simulated.put_file('proc/sys/kernel/random/boot_id', '6b9f2c1e-0000-4000-8000-%012d\n' % number)
    simulated.put_file('proc/uptime', '60.00 0.00\n')
    boot()
