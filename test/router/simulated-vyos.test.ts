/** The simulated VyOS does what was seen of VyOS 1.4's own backend when it was run (and read, of 1.3's save). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedVyos } from '#simulated-vyos/simulated-vyos.ts';

const OLD = [
  'set system host-name tokyo-1',
  'set interfaces tunnel tun0 mtu 1414',
  'set protocols static route 10.1.0.0/20 next-hop 10.1.100.1',
];
const NEW = OLD.map((line) => line.replace('1414', '1300'));
/** Seconds. */
const MOST_COMMITTED = 300;

let folder: string;
let vyos: SimulatedVyos;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulated-vyos-'));
  vyos = SimulatedVyos.install(folder, OLD);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bootFile = () => readFileSync(join(folder, 'config/config.boot'), 'utf8');

/** Runs Python with a session `s` of VyOS's. @returns what it printed, and its status */
function session(program: string): { said: string; status: number | null } {
  const text = `from vyos.configsession import *\nimport os, signal, simulated, backend\ns = ConfigSession(7)\nMTU = ['interfaces', 'tunnel', 'tun0', 'mtu']\n${program}`;
  const { stdout, stderr, status } = spawnSync('setsid', ['--wait', '/usr/bin/python3', '-c', text], {
    env: { ...vyos.shell.env, PATH: `${vyos.shell.path}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  return { said: stdout + stderr, status };
}

describe('a commit', () => {
  it('gives daemons the new configuration before it is shown, and leaves them with it if interrupted in between', () => {
    vyos.faults({ killAt: 'commit active' });
    session("s.set(MTU, '1300'); s.commit()");
    expect(vyos.daemons).toEqual(NEW.toSorted());
    expect(vyos.running.join('\n')).not.toContain('1300');
  });

  it('of what is shown already changes no daemon; of another value, and then of the old one, does', () => {
    vyos.faults({ crashes: 1, area: ['interfaces'] });
    session("s.set(MTU, '1300'); s.commit()");
    expect([vyos.running, vyos.daemons]).toEqual([OLD.toSorted(), NEW.toSorted()]);
    session("s.set(MTU, '1414'); s.commit()");
    expect(vyos.daemons).toEqual(NEW.toSorted());
    session("s.set(MTU, '1300'); s.commit(); s.set(MTU, '1414'); s.commit()");
    expect([vyos.running, vyos.daemons]).toEqual([OLD.toSorted(), OLD.toSorted()]);
  });

  it('that is interrupted at its very end loses unmanaged lines of the shown configuration', () => {
    vyos.faults({ killAt: 'commit active' });
    session("s.set(MTU, '1300'); s.commit()");
    expect(vyos.running.length).toBeLessThan(OLD.length);
  });

  it('exits with 0 or 1 and nothing else: one that fails in part says which node, after words about support', () => {
    vyos.faults({ crashes: 1, area: ['interfaces'] });
    const { said } = session(`s.set(MTU, '1300'); s.set(['system', 'host-name', 'x'])\nprint(s._session.commit())`);
    expect(said).toMatch(/^\(1, .*We are sorry.{500,}bgpd says no.*\[\[interfaces tunnel\]\] failed\\nCommit failed/s);
    expect(vyos.running).toEqual(
      [...OLD.filter((line) => !line.includes('host-name')), 'set system host-name x'].toSorted(),
    );
  });

  it('of nothing succeeds; so do deleting what is not there, and discarding nothing', () => {
    const { said } = session(`print(s._session.commit(), s._session.delete(['system', 'ntp']), s._session.discard())`);
    expect(said).toBe("(0, '') (0, 'Nothing to delete (the specified node does not exist)\\n') (0, '')\n");
  });

  it('that fails leaves empty nodes', () => {
    vyos.running = OLD.filter((line) => !line.includes('protocols'));
    vyos.faults({ partial: 1, area: ['protocols'] });
    session("s.set(['protocols', 'static', 'route', '10.1.0.0/20', 'next-hop', '10.1.100.1']); s.commit()");
    expect(vyos.running).toContain('set protocols static');
  });

  it('is refused during another commit', () => {
    vyos.faults({ lockedForS: 10 });
    expect(session("s.set(MTU, '1300'); s.commit()").said).toContain('locked due to another commit in progress');
    vyos.pass(10);
    expect(session("s.set(MTU, '1300'); print(s.commit() == '')").said).toBe('True\n');
  });

  it('can continue after its session was ended, holds the lock until it ends, and ends', () => {
    vyos.faults({ outlives: 1, killAt: 'commit interfaces tunnel' });
    session("s.set(MTU, '1300'); s.commit()");
    vyos.faults({});
    expect(vyos.daemons).toEqual(OLD.toSorted());
    expect(session("s.discard(); s.set(MTU, '1200'); s.commit()").said).toContain('locked due to another commit');
    vyos.pass(10);
    expect([vyos.running, vyos.daemons]).toEqual([NEW.toSorted(), NEW.toSorted()]);
  });

  it('takes time for each of its lines, and so does each command by itself', () => {
    const program = (how: string) =>
      `lines = [['protocols', 'bgp', 'neighbor', '10.%d.%d.1' % (i // 256, i % 256), 'remote-as', '1'] for i in range(3000)]\n${how}\ns.commit()`;
    const began = vyos.uptime;
    session(
      program(
        '[simulated.pass_time(backend.SET_S) for _ in lines]; simulated.write(s._session.name, backend.running() + lines)',
      ),
    );
    const took = vyos.uptime - began;
    expect([took > MOST_COMMITTED, took < 400]).toEqual([true, true]);
  });
});

it('a session of the same number inherits and commits the changes of an interrupted one', () => {
  session("s.set(MTU, '1300'); os.killpg(0, signal.SIGKILL)");
  session("s.set(['system', 'host-name', 'x']); s.commit()");
  expect(vyos.running.join('\n')).toMatch(/mtu 1300.*host-name x/s);
});

it('load sets and deletes the difference, says what it has no node for, exits with 0, and leaves values to the commit', () => {
  const file = join(folder, 'load');
  const text = bootFile().replace('mtu 1414', 'mtu 1300').replace('host-name tokyo-1', 'nosuch 5');
  writeFileSync(file, text.replace(/protocols [^]*?\n}\n/, ''));
  vyos.faults({ unknown: 'nosuch', refuse: '1300' });
  const { said } = session(`print(s.load_config(${JSON.stringify(file)}))\nprint(s._session.commit())`);
  expect(said).toMatch(
    /Set \['system' 'nosuch' '5'\] failed.*"1300" is not a valid value.*\[\[interfaces tunnel\]\] failed/s,
  );
  expect(vyos.running.filter((line) => line.includes('mtu'))).toEqual(['set interfaces tunnel tun0 mtu 1414']);
});

describe('save', () => {
  it.each([
    ['1.4.0', true],
    ['1.3.0', false],
  ])('of VyOS %s cuts the file on a full disk, in the middle of a token (it says so: %s)', (version, says) => {
    vyos.version(version);
    vyos.faults({ diskFull: 1 });
    const { said } = session(`s.save_config(${JSON.stringify(join(folder, 'config/config.boot'))})`);
    expect([said.includes('No space left'), vyos.saved]).toEqual([says, []]);
    vyos.reboot();
    expect(vyos.running).toEqual([]);
  });

  it('before boot has completed writes only a footer, and succeeds', () => {
    rmSync(join(folder, 'tmp'), { recursive: true });
    vyos.save();
    expect(bootFile().trim()).toMatch(/^\/\/ Warning/);
  });

  it('is what a reboot brings back, and nothing else is', () => {
    session("s.set(MTU, '1300'); s.commit()");
    const [before, boot] = [vyos.uptime, readFileSync(join(folder, 'proc/sys/kernel/random/boot_id'), 'utf8')];
    vyos.reboot();
    expect([vyos.running, vyos.daemons]).toEqual([OLD.toSorted(), OLD.toSorted()]);
    expect(vyos.uptime).toBeLessThan(before);
    expect(readFileSync(join(folder, 'proc/sys/kernel/random/boot_id'), 'utf8')).not.toBe(boot);
  });
});

describe('reading', () => {
  const show = () =>
    spawnSync('cli-shell-api', ['showCfg', '--show-active-only'], {
      env: { ...vyos.shell.env, PATH: `${vyos.shell.path}:/usr/bin:/bin` },
      encoding: 'utf8',
    });

  it('during a commit shows half, or fails', () => {
    const whole = show().stdout;
    vyos.faults({ halfReads: 1, failedReads: 1 });
    expect(show()).toMatchObject({ status: 1, stderr: '_show_diff error (both config NULL)\n' });
    expect(show().stdout.length).toBeLessThan(whole.length);
    expect(show().stdout).toBe(whole);
  });

  it.each(['to\u2028osaka', 'a\u0085b', 'C:\\new $x `id` {{y}} ß 😀'])(
    'round-trips %j; quotes are refused',
    (value) => {
      session(`s.set(['system', 'login', 'banner', 'post-login', ${JSON.stringify(value)}]); s.commit()`);
      vyos.save();
      vyos.reboot();
      expect(vyos.running).toContain(`set system login banner post-login ${value}`);
      expect(session(`s.set(['system', 'login', 'banner', 'post-login', 'a"b'])`).said).toContain('Cannot use quote');
    },
  );
});

/** The BGP sessions that vtysh shows. */
function sessionsOf({ shell }: SimulatedVyos): string[] {
  const { stdout } = spawnSync(join(shell.path, 'vtysh'), { env: shell.env, encoding: 'utf8' });
  const { ipv4Unicast } = JSON.parse(stdout) as { ipv4Unicast: { peers: Record<string, { state: string }> } };
  return Object.entries(ipv4Unicast.peers).map(([address, { state }]) => `${address} ${state}`);
}

it('vtysh shows the sessions as they are now, however often it was asked before', () => {
  const states = () => sessionsOf(vyos);
  const steps: Readonly<Record<string, () => unknown>> = {
    'as installed': () => undefined,
    committed: () => session("s.set(['protocols', 'bgp', 'neighbor', '10.0.0.1', 'remote-as', '65002']); s.commit()"),
    'with a fault': () => vyos.faults({ bgpDownWith: '10.0.0.1' }),
    'without it': () => vyos.faults({}),
    'after a reboot': () => vyos.reboot(),
    'changed by others': () => {
      vyos.running = [...OLD, 'set protocols bgp neighbor 10.0.0.2 remote-as 65002'];
    },
  };
  const shown = Object.entries(steps).map(([name, step]) => {
    step();
    return [name, states(), states()];
  });
  expect(shown).toEqual([
    ['as installed', [], []],
    ['committed', ['10.0.0.1 Established'], ['10.0.0.1 Established']],
    ['with a fault', ['10.0.0.1 Active'], ['10.0.0.1 Active']],
    ['without it', ['10.0.0.1 Established'], ['10.0.0.1 Established']],
    ['after a reboot', [], []],
    ['changed by others', ['10.0.0.2 Established'], ['10.0.0.2 Established']],
  ]);
});

it('vtysh shows what happened at the other end of a tunnel, too', () => {
  const end = (own: number, far: number) => [
    `set vpn ipsec site-to-site peer far remote-address 192.0.2.${far}`,
    `set vpn ipsec site-to-site peer far authentication local-id 192.0.2.${own}`,
    `set vpn ipsec site-to-site peer far tunnel 1 remote prefix 10.255.0.${far}/32`,
    `set vpn ipsec authentication psk far id 192.0.2.${far}`,
    'set vpn ipsec authentication psk far secret key',
    `set interfaces tunnel tun0 address 169.254.10.${own}/30`,
    `set interfaces tunnel tun0 remote 10.255.0.${far}`,
    `set protocols bgp neighbor 169.254.10.${far} remote-as 65002`,
    `set protocols bgp neighbor 169.254.10.${far} update-source tun0`,
  ];
  const other = SimulatedVyos.install(join(folder, 'other'), end(2, 1));
  vyos.running = end(1, 2);
  const steps: Readonly<Record<string, () => unknown>> = {
    joined: () => SimulatedVyos.join(join(folder, 'network'), { '192.0.2.1': vyos, '192.0.2.2': other }),
    'its neighbor deleted': () => session("s.delete(['protocols', 'bgp', 'neighbor', '169.254.10.2']); s.commit()"),
    'changed by others': () => {
      vyos.running = end(1, 2);
    },
    'its SA ended': () => {
      session(
        "import tunnels; [tunnels.end_association(each) for each in tunnels.peers(simulated.read('daemons')).values()]",
      );
    },
    'its SA set up': () => {
      session(
        "import tunnels; [tunnels.negotiate(each) for each in tunnels.peers(simulated.read('daemons')).values()]",
      );
    },
  };
  const shown = Object.entries(steps).map(([name, step]) => {
    step();
    return [name, sessionsOf(other), sessionsOf(other)];
  });
  const [up, down] = [['169.254.10.1 Established'], ['169.254.10.1 Active']];
  expect(shown).toEqual([
    ['joined', up, up],
    ['its neighbor deleted', down, down],
    ['changed by others', up, up],
    ['its SA ended', down, down],
    ['its SA set up', up, up],
  ]);
});

describe('the commands of a release', () => {
  const TYPE = "['vpn', 'ipsec', 'site-to-site', 'peer', 'x', 'connection-type', '%s']";
  const set = (path: string) => session(`s.set(${path}); s.commit(); print('taken')`).said.trim().split('\n').at(-1);

  it.each([
    ['1.4.0', 'respond', 'trap'],
    ['1.5-rolling-202411230006', 'respond', 'trap'],
    ['2026.06.24-0045-rolling', 'trap', 'respond'],
  ])('%s takes connection-type %s and not %s', (release, taken, refused) => {
    vyos = SimulatedVyos.install(folder, OLD, release);
    expect(set(TYPE.replace('%s', taken))).toBe('taken');
    expect(set(TYPE.replace('%s', refused))).not.toBe('taken');
    const newer = set("['vpn', 'ipsec', 'options', 'retransmission', 'attempts', '3']");
    expect(newer === 'taken').toBe(taken === 'trap');
  });

  it('are migrated at the first boot of another image', () => {
    vyos = SimulatedVyos.install(
      folder,
      ['set vpn ipsec site-to-site peer x connection-type respond'],
      '1.5-rolling-1',
    );
    vyos.upgrade('2026.06.24-0045-rolling');
    expect(vyos.running).toEqual(['set vpn ipsec site-to-site peer x connection-type trap']);
  });
});
