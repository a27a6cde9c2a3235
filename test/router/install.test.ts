import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examplesFolder } from '../cli/command-line.ts';
import {
  ARCHIVE,
  addAgent,
  bundle,
  calls,
  change,
  fetchSerf,
  install,
  installedWithoutSerf,
  installedWithSerf,
  makeBundle,
  PACKAGE,
  parent,
  removeKept,
  root,
  run,
  running,
  SERVICES,
  setAgent,
  setUp,
  sha256,
  tearDown,
  tree,
} from './install.fixture.ts';

beforeEach(setUp);
afterEach(tearDown);
afterAll(removeKept);

describe('install', () => {
  it('puts every file of the index where image upgrades keep it, hooks itself into the boot, and starts what it can', () => {
    const { status, stdout, stderr } = install();

    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: `start: attention: Serf is missing: put ${ARCHIVE}, or a program serf with its serf.sha256, next to install, and run install again\n`,
    });
    for (const line of readFileSync(bundle('INDEX'), 'utf8').trimEnd().split('\n')) {
      const [mode, hash, path = ''] = line.split(' ');
      const file = root(`config/vyos-failover/${path}`);
      expect([`0${(statSync(file).mode & 0o777).toString(8)}`, sha256(readFileSync(file))]).toEqual([mode, hash]);
      expect(stdout).toContain(`${file}\n`);
    }
    expect(readFileSync(root('config/scripts/vyos-postconfig-bootup.script'), 'utf8')).toMatch(
      /^#!\/bin\/sh\n\/config\/vyos-failover\/start #/,
    );
    expect(running()).toEqual(SERVICES.filter((name) => !name.includes('serf')));
    expect(existsSync(root('etc/logrotate.d/vyos-failover'))).toBe(true);
  });

  it('needs nothing of Serf where the site says no detectors: no archive, no key, no unit, nothing to attend to', async () => {
    const topology = join(parent, 'topology.yaml');
    const text = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8');
    writeFileSync(topology, text.replaceAll(/^ *detectors: .*\n/gm, ''));
    await makeBundle(topology);
    expect(install()).toMatchObject({ status: 0, stderr: '' });
    expect(running()).toEqual(SERVICES.filter((name) => !name.includes('serf')));
    expect(readdirSync(root('config/vyos-failover')).filter((name) => name.startsWith('serf.json'))).toEqual([]);
    expect(run(root('config/vyos-failover/start'))).toMatchObject({ status: 0, stderr: '' });
  });

  it('prefers a Serf binary with the expected hash to an archive, and installs it once', () => {
    fetchSerf();
    writeFileSync(bundle('serf'), '#!/bin/sh\nexit 0 # built\n');
    writeFileSync(bundle('serf.sha256'), `${sha256('#!/bin/sh\nexit 0 # built\n')}  serf\n`);
    expect(install().stdout).toContain('bin/serf');
    const serf = root('config/vyos-failover/bin/serf');
    expect([readFileSync(serf, 'utf8'), statSync(serf).mode & 0o777]).toEqual(['#!/bin/sh\nexit 0 # built\n', 0o755]);
    expect(install().stdout).not.toContain('bin/serf');
  });

  it.each([
    ['another hash', () => writeFileSync(bundle('serf.sha256'), `${sha256('')}  serf\n`), 'does not match serf.sha256'],
    ['no hash', () => {}, 'serf.sha256 is missing'],
  ])('refuses a built Serf with %s', (_, put, says) => {
    writeFileSync(bundle('serf'), '#!/bin/sh\n');
    put();
    const { status, stderr } = install();
    expect(status).toBe(1);
    expect(stderr).toContain(says);
    expect(existsSync(root('config/vyos-failover/bin/serf'))).toBe(false);
  });

  it('twice leaves the same tree, and says that there was nothing to do', () => {
    installedWithSerf();
    const before = tree();
    rmSync(root('systemd/calls'));

    const again = install();

    expect(again).toEqual({
      status: 0,
      stdout: 'install: all files are up to date\nstart: nothing to change\n',
      stderr: '',
    });
    expect(tree()).toEqual(before);
    expect(calls()).not.toMatch(/^(start|stop|kill|daemon-reload)/m);
  });

  it('takes Serf out of the archive whose hash it knows', () => {
    fetchSerf();

    const { stdout } = install();

    expect(stdout).toContain('bin/serf');
    expect(statSync(root('config/vyos-failover/bin/serf')).mode & 0o777).toBe(0o755);
    expect(readFileSync(root('config/vyos-failover/bin/serf'), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  });

  it('takes no other archive of that name', () => {
    fetchSerf('0'.repeat(64));

    const { status, stderr } = install();

    expect(status).toBe(1);
    expect(stderr).toMatch(/is not Serf 0\.8\.2: its SHA-256 is [0-9a-f]{64} and not 0{64}/);
    expect(existsSync(root('config/vyos-failover/bin/serf'))).toBe(false);
  });

  it('kills a running Serf for an update and does not stop it, which would be a leave', () => {
    installedWithSerf();
    expect(running()).toContain('vyos-failover-serf.service');
    change('report', (text) => `${text}# newer\n`);

    install();

    expect(calls()).toMatch(/^kill --signal=KILL --kill-who=main vyos-failover-serf\.service$/m);
    expect(calls()).not.toMatch(/^(stop|restart)/m);
  });

  it('installs nothing when a file does not match the index', () => {
    appendFileSync(bundle('report'), 'reboot\n');

    const { status, stderr } = install();

    expect(status).toBe(1);
    expect(stderr).toContain('checksum mismatch: report;');
    expect(existsSync(root('config'))).toBe(false);
  });

  it('installs nothing when the index names a file outside of the bundle, or what is no name', () => {
    const index = readFileSync(bundle('INDEX'), 'utf8');
    for (const path of ['../../etc/cron.d/x', '/etc/cron.d/x', 'lib/../../x', '$(reboot)', '-rf']) {
      writeFileSync(bundle('INDEX'), `${index}0755 ${'0'.repeat(64)} ${path}\n`);

      const { status, stderr } = install();

      expect([path, status, stderr]).toEqual([
        path,
        1,
        expect.stringMatching(/^install: failed: INDEX has an invalid line: 0755 0{64} /),
      ]);
      expect(existsSync(root('config'))).toBe(false);
    }
  });

  it('removes what an older bundle brought and this one does not, and nothing else', () => {
    writeFileSync(bundle('retired'), '');
    appendFileSync(bundle('INDEX'), `0644 ${sha256('')} retired\n`);
    install();
    writeFileSync(root('config/vyos-failover/serf.snapshot'), 'theirs');
    rmSync(bundle('retired'));
    writeFileSync(bundle('INDEX'), readFileSync(bundle('INDEX'), 'utf8').replace(/.*retired\n/, ''));

    expect(install().stdout).toContain('retired, which is not in this bundle');
    expect(existsSync(root('config/vyos-failover/retired'))).toBe(false);
    expect(existsSync(root('config/vyos-failover/serf.snapshot'))).toBe(true);
  });

  it('keeps the other lines of the boot script, and precedes its exit', () => {
    const script = root('config/scripts/vyos-postconfig-bootup.script');
    mkdirSync(dirname(script), { recursive: true });
    writeFileSync(script, '#!/bin/bash\n# mine\nexit 0\n');
    chmodSync(script, 0o755);

    install();

    expect(readFileSync(script, 'utf8')).toMatch(
      /^#!\/bin\/bash\n\/config\/vyos-failover\/start #.*\n# mine\nexit 0\n$/,
    );
  });

  it('keeps whose the boot script is, and who may run it', () => {
    const script = root('config/scripts/vyos-postconfig-bootup.script');
    mkdirSync(dirname(script), { recursive: true });
    writeFileSync(script, '#!/bin/sh\n');
    chmodSync(script, 0o750);
    writeFileSync(join(parent, 'bin', 'chown'), `#!/bin/bash\necho "$*" >${root('chown')}\n`, { mode: 0o755 });

    install();

    expect(statSync(script).mode & 0o777).toBe(0o750);
    expect(readFileSync(root('chown'), 'utf8')).toBe(`--reference=${script} -- ${script}.new\n`);
  });

  it('refuses a report.conf that the programs could not read, before anything is done', () => {
    change('report.conf', (conf) => conf.replace("DETECTORS='serf bfd'", "DETECTORS='icmp'"));

    expect(install().status).toBe(2);
    expect(existsSync(root('config'))).toBe(false);
  });
});

describe('an update that does not come to its end', () => {
  const wholeAs = (edited: boolean) => {
    const lines = readFileSync(root('config/vyos-failover/INDEX'), 'utf8').trimEnd().split('\n');
    const wrong = lines.filter((line) => {
      const [, hash, path = ''] = line.split(' ');
      return sha256(readFileSync(root(`config/vyos-failover/${path}`))) !== hash;
    });
    return { wrong, edited: lines.some((line) => line.endsWith(' extra')) === edited };
  };
  const edit = () => {
    for (const path of ['report', 'lib/clock.sh', 'units/vyos-failover-reconcile.service'])
      change(path, (content) => `${content}# edited\n`);
    writeFileSync(bundle('extra'), 'new\n');
    appendFileSync(bundle('INDEX'), `0644 ${sha256('new\n')} extra\n`);
  };

  it('because the disk is full changes nothing', () => {
    installedWithoutSerf();
    const before = tree();
    edit();
    writeFileSync(join(parent, 'bin', 'cp'), '#!/bin/bash\necho "cp: No space left on device" >&2\nexit 1', {
      mode: 0o755,
    });
    expect(install()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('config/vyos-failover cannot be written; nothing was changed') as string,
    });
    expect(tree()).toEqual(before);
  });

  it.each(['sed', 'cat'])('because the disk is full at the boot script leaves that script as it is: %s', (program) => {
    installedWithoutSerf();
    const script = root('config/scripts/vyos-postconfig-bootup.script');
    const own = `${program === 'sed' ? '#!/bin/bash\n' : ''}# mine\nip route add 10.9.0.0/16 dev eth0\n`;
    writeFileSync(script, own);
    const full = `#!/bin/bash\n[[ "$*" == *bootup.script* ]] || exec /usr/bin/${program} "$@"\necho "${program}: No space left on device" >&2\nexit 4`;
    writeFileSync(join(parent, 'bin', program), full, { mode: 0o755 });

    expect(install()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('vyos-postconfig-bootup.script cannot be written; it was not changed') as string,
    });
    expect(readFileSync(script, 'utf8')).toBe(own);
  });

  it('because of a loss of power, at any renaming: start has all old or all new files, and the programs run again', () => {
    installedWithoutSerf();
    edit();
    const before = join(parent, 'before');
    cpSync(root(), before, { recursive: true });
    const ends: boolean[] = [];
    for (let at = 1; ends.at(-1) !== undefined || at === 1; at += 1) {
      rmSync(root(), { recursive: true });
      cpSync(before, root(), { recursive: true });
      const calls = join(parent, 'mv-calls');
      writeFileSync(calls, '');
      const script = `#!/bin/sh\nprintf . >>${calls}\nread -r made <${calls}\n[ "\${#made}" -lt ${at} ] || kill -9 0\nexec /usr/bin/mv "$@"`;
      writeFileSync(join(parent, 'bin', 'mv'), script, { mode: 0o755 });
      // In a process group of its own, which is ended.
      spawnSync('setsid', ['--wait', 'bash', bundle('install'), '--root', root()], {
        env: { PATH: `${join(parent, 'bin')}:${process.env.PATH}` },
      });
      rmSync(join(parent, 'bin', 'mv'));
      if (readFileSync(calls, 'utf8').length < at) break;
      // A boot.
      for (const unit of running()) rmSync(root(`systemd/${unit}`));
      run(root('config/vyos-failover/start'));
      const isNew = existsSync(root('config/vyos-failover/extra'));
      expect([at, wholeAs(isNew)]).toEqual([at, { wrong: [], edited: true }]);
      expect(running()).toContain('vyos-failover-reconcile.service');
      ends.push(isNew);
    }
    // Before the first renaming all is old, after it all is new.
    expect(ends.length).toBeGreaterThan(5);
    expect(ends).toEqual(ends.map((_, index) => index > 0));
  });

  it('is refused while another one is in progress', () => {
    installedWithoutSerf();
    edit();
    const held = spawnSync(
      'bash',
      ['-c', `flock ${root('config/vyos-failover/.lock')} bash ${bundle('install')} --root ${root()}`],
      {
        encoding: 'utf8',
        env: { PATH: `${join(parent, 'bin')}:${process.env.PATH}` },
      },
    );
    expect(held.status).toBe(1);
    expect(held.stderr).toContain('install: failed: another installation is in progress on this router; nothing was');
  });
});

describe('start', () => {
  const boot = () => run(root('config/vyos-failover/start'));

  it('brings everything back after an image upgrade, which keeps /config alone', () => {
    installedWithSerf();
    const before = tree();
    rmSync(root('etc'), { recursive: true });
    for (const unit of running()) rmSync(root(`systemd/${unit}`));

    expect(boot().status).toBe(0);

    expect(tree()).toEqual(before);
    expect(running()).toEqual(SERVICES);
  });

  it.each([
    ['bfd', 'serf', ['reconcile', 'serf']],
    ['serf', 'bfd', ['reconcile', 'watch-bfd']],
  ])('ends %s where the site has only %s, so that it is no leave and does not come back', (gone, stays, left) => {
    installedWithSerf();
    expect(running()).toEqual(SERVICES);
    const unit = `vyos-failover-${gone === 'bfd' ? 'watch-bfd' : gone}.service`;
    change('report.conf', (conf) => conf.replace("DETECTORS='serf bfd'", `DETECTORS='${stays}'`));

    expect(install().stdout).toContain(`ended and removed ${unit}`);

    expect(running()).toEqual(left.map((name) => `vyos-failover-${name}.service`));
    expect(calls()).toContain(`kill --signal=KILL --kill-who=main ${unit}\n`);
    expect(calls()).not.toMatch(/^(stop|restart|disable)/m);
    expect(existsSync(root(`etc/systemd/system/${unit}`))).toBe(false);
  });

  it.each([
    ['the machine goes down', 'stopping', 'leave\n'],
    ['the agent alone is stopped', 'running', ''],
    ['a unit has failed', 'degraded', ''],
    ['systemd does not answer', '', ''],
  ])('has Serf leave when it is stopped because %s or not at all', (_why, state, said) => {
    installedWithSerf();
    writeFileSync(join(parent, 'bin', 'systemctl'), `#!/bin/sh\necho '${state}'\n`, { mode: 0o755 });
    const serf = root('config/vyos-failover/bin/serf');
    writeFileSync(serf, `#!/bin/bash\necho "$*"\n`, { mode: 0o755 });

    expect(run(root('config/vyos-failover/serf-leave'))).toEqual({ status: 0, stdout: said, stderr: '' });

    const unit = readFileSync(root('etc/systemd/system/vyos-failover-reconcile.service'), 'utf8');
    expect(unit).toContain('KillMode=process');
    const serfUnit = readFileSync(root('config/vyos-failover/units/vyos-failover-serf.service'), 'utf8');
    expect(serfUnit).toMatch(/^ExecStop=\/config\/vyos-failover\/serf-leave\nKillSignal=SIGKILL$/m);
  });

  it('does not start Serf without its key, and says what is missing', () => {
    fetchSerf();

    const { status, stderr } = install();

    expect(status).toBe(3);
    expect(stderr).toContain('the metadata service gave no ');
    expect(stderr).toContain('Serf does not run: its key could not be fetched');
    expect(running()).not.toContain('vyos-failover-serf.service');
  });
});

describe('the SSM agent', () => {
  const has = () => (existsSync(root('agent')) ? readFileSync(root('agent'), 'utf8').trim() : 'none');
  const boot = () => run(root('config/vyos-failover/start'));
  /** An image upgrade: only /config is the old one's. */
  const upgradeImage = () => setAgent(undefined);

  it('is installed from the bundle, and again after an image upgrade, even if a later bundle came without it', () => {
    setAgent(undefined);
    addAgent();
    expect(install().stdout).toContain('start: amazon-ssm-agent 3.3.3000.0-1\n');
    expect(has()).toBe('3.3.3000.0-1');
    const index = readFileSync(bundle('INDEX'), 'utf8');
    writeFileSync(bundle('INDEX'), index.replace(/.*amazon-ssm-agent.deb\n/, ''));
    rmSync(bundle(PACKAGE));
    install();
    upgradeImage();

    expect(boot().stdout).toContain('start: amazon-ssm-agent 3.3.3000.0-1\n');
    expect(has()).toBe('3.3.3000.0-1');
  });

  it.each([
    ['3.3.2746.0-1', '3.3.3000.0-1'],
    ['3.4.0.0-1', '3.4.0.0-1'],
  ])('that is there as %s is %s afterwards: a newer one stays', (before, after) => {
    setAgent(before);
    addAgent();
    install();
    expect(has()).toBe(after);
  });

  it('is on the disk with its hash before the programs start, so that a loss of power leaves no empty hash', () => {
    addAgent();
    const hash = root(`config/vyos-failover/${PACKAGE}.sha256`);
    const synced = join(parent, 'synced');
    const sync = `#!/bin/sh\n[ ! -s ${hash} ] || [ -e ${root('systemd/vyos-failover-reconcile.service')} ] || : >${synced}`;
    writeFileSync(join(parent, 'bin', 'sync'), sync, { mode: 0o755 });

    install();

    expect([existsSync(hash), existsSync(synced)]).toEqual([true, true]);
  });

  it('is replaced without a prompt about a changed configuration file', () => {
    writeFileSync(root('conffile-changed'), '');
    addAgent();
    expect(install().stderr).not.toContain(PACKAGE);
    expect(has()).toBe('3.3.3000.0-1');
  });

  it('that is missing or too old is reported, with its source', () => {
    setAgent(undefined);
    expect(install().stderr).toMatch(/attention: the SSM agent is missing; .*--agent FILE.*https:\/\/s3\.REGION\./);
    setAgent('3.2.582.0-1');
    const { status, stderr } = boot();
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(/the SSM agent is 3\.2\.582\.0-1, but a push needs 3\.3\.2746\.0/),
    ]);
  });

  it('that does not run is started', () => {
    rmSync(root('systemd/amazon-ssm-agent'));
    install();
    expect(calls()).toContain('start amazon-ssm-agent\n');
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['another program', { Package: 'backdoor' }, /is not the package of amazon-ssm-agent/],
    ['for another machine', { Architecture: 'arm64' }, /is for arm64, and this router is amd64/],
    ['too old', { Version: '3.3.987.0-1' }, /is version 3\.3\.987\.0-1, but a push needs 3\.3\.2746\.0 or later/],
  ])('of a bundle that is %s: nothing is installed', (_, fields, why) => {
    addAgent(fields);
    const { status, stderr } = install();
    expect([status, stderr]).toEqual([1, expect.stringMatching(why)]);
    expect(existsSync(root('config'))).toBe(false);
  });

  it('whose file does not match the bundle is not installed', () => {
    addAgent();
    appendFileSync(bundle(PACKAGE), 'x');
    expect(install()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`checksum mismatch: ${PACKAGE};`) as string,
    });
  });

  it('that was changed since, in /config, is not installed at a boot', () => {
    addAgent();
    install();
    appendFileSync(root(`config/vyos-failover/${PACKAGE}`), 'x');
    upgradeImage();
    const { status, stderr } = boot();
    expect([status, has()]).toEqual([3, 'none']);
    expect(stderr).toMatch(/amazon-ssm-agent\.deb is not installed: its SHA-256 is [0-9a-f]{64} and not [0-9a-f]{64}/);
  });

  it('whose file was added without a hash is ignored, with a message', () => {
    writeFileSync(bundle(PACKAGE), 'Package: amazon-ssm-agent\n');
    const { status, stderr } = install();
    expect([status, stderr]).toEqual([3, expect.stringContaining('INDEX has no SHA-256 for it')]);
    expect(existsSync(root(`config/vyos-failover/${PACKAGE}`))).toBe(false);
  });
});
