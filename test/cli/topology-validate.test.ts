import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandLine, examplesFolder } from './command-line.ts';

const example = `${readFileSync(join(examplesFolder, 'tokyo-virginia.yaml'), 'utf8')}
account: "123456789012"
`;
const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a valid topology', () => {
  test('has a summary on stdout: sites, routers, route tables, tunnels', async () => {
    const { exitCode, stdout, stderr } = await commandLine(['topology', 'validate', 'tokyo-virginia.yaml']);
    expect(exitCode).toBe(0);
    expect(stderr.split('\n')).toEqual([expect.stringMatching(/^note: account is not stated: /), '']);
    expect(stdout).toMatchInlineSnapshot(`
      "✓ tokyo-virginia is valid: 2 sites, 4 route tables, 2 tunnels
        VyOS 1.4, profile fast

      SITE      REGION          ASN    VPC                                FRONT SUBNETS  DETECTORS
      tokyo     ap-northeast-1  65001  10.1.0.0/16 vpc-0a1b2c3d4e5f60001  10.1.0.0/20    serf, bfd
      virginia  us-east-1       65002  10.2.0.0/16 vpc-0a1b2c3d4e5f60002  10.2.0.0/20    serf, bfd

      ROUTER      SITE      ROLE     INSTANCE             INTERFACE              ADDRESS      PUBLIC ADDRESS
      tokyo-1     tokyo     active   i-0a1b2c3d4e5f60011  eni-0a1b2c3d4e5f60011  10.1.100.10  203.0.113.10
      tokyo-2     tokyo     standby  i-0a1b2c3d4e5f60012  eni-0a1b2c3d4e5f60012  10.1.101.10  203.0.113.11
      virginia-1  virginia  active   i-0a1b2c3d4e5f60013  eni-0a1b2c3d4e5f60013  10.2.100.10  198.51.100.10
      virginia-2  virginia  standby  i-0a1b2c3d4e5f60014  eni-0a1b2c3d4e5f60014  10.2.101.10  198.51.100.11

      ROUTE TABLE            SITE      MANAGED ROUTES
      rtb-0a1b2c3d4e5f60021  tokyo     1: 10.2.0.0/20
      rtb-0a1b2c3d4e5f60022  tokyo     1: 10.2.0.0/20
      rtb-0a1b2c3d4e5f60023  virginia  1: 10.1.0.0/20
      rtb-0a1b2c3d4e5f60024  virginia  1: 10.1.0.0/20

      TUNNEL                NETWORK
      tokyo-1 – virginia-1  169.254.10.0/30
      tokyo-2 – virginia-2  169.254.10.4/30
      "
    `);
  });

  test('is one JSON object with --json', async () => {
    const { exitCode, stdout } = await commandLine(['topology', 'validate', '--json', 'ipv6-and-prefix-lists.yaml']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'vyos-failover.topology-validate/1',
      valid: true,
      mistakes: [],
      topology: {
        name: 'three-sites',
        sites: [{ name: 'tokyo', routeTables: [{ managedRoutes: 1 }, { managedRoutes: 4 }] }, {}, {}],
        tunnels: [{ between: ['tokyo-1', 'virginia-1'], network: '169.254.10.0/30' }, {}, {}, {}, {}, {}],
      },
    });
  });
});

describe('a topology whose swaps EC2 would throttle', () => {
  const destinations = Array.from({ length: 120 }, (_, n) => `10.2.${Math.floor(n / 16)}.${(n % 16) * 16}/28`).join(
    ', ',
  );
  const many = example.replace(
    '- rtb-0a1b2c3d4e5f60021',
    `- { id: rtb-0a1b2c3d4e5f60021, destinations: [${destinations}] }`,
  );

  test('is valid, with a note about the calls that prefix lists would save', async () => {
    const { exitCode, stderr } = await commandLine(['topology', 'validate', '-'], { stdin: many });
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      "note: site tokyo: a swap takes 121 calls and, under EC2's throttle, at least 14.2 s. " +
        'A customer-managed prefix list in place of the CIDR routes of rtb-0a1b2c3d4e5f60021 (120 IPv4 routes) would reduce ' +
        "this to 2 calls, which EC2 accepts at once. A prefix list counts against the route table's quota with its maximum number " +
        'of entries; gateway (edge) route tables do not support prefix lists.\n',
    );
  });

  test('has a note that names five of its tables and counts the others', async () => {
    const tables = Array.from({ length: 200 }, (_, n) => `rtb-${String(n).padStart(17, '0')}`);
    const text = example.replace(
      '      - rtb-0a1b2c3d4e5f60021',
      tables.map((id) => `      - { id: ${id}, destinations: [10.2.0.0/20, 10.3.0.0/20] }`).join('\n'),
    );
    const { stderr } = await commandLine(['topology', 'validate', '-'], { stdin: text });
    expect(stderr).toContain(`${tables[4]} (2 IPv4 routes) and 195 more would reduce this to 201 calls`);
  });

  test('has the note in JSON too', async () => {
    const { stdout, stderr } = await commandLine(['topology', 'validate', '-', '--json'], { stdin: many });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ notes: [expect.stringContaining('121 calls')] });
  });
});

describe('a site with more route tables than one role can have permissions for', () => {
  const tables = (count: number) =>
    example.replace(
      '      - rtb-0a1b2c3d4e5f60021',
      Array.from({ length: count }, (_, n) => `      - rtb-${String(n).padStart(17, '0')}`).join('\n'),
    );

  test('has a note from the number of tables on that requires a higher IAM quota', async () => {
    const notes = async (count: number) => {
      const { stdout } = await commandLine(['topology', 'validate', '-', '--json'], { stdin: tables(count) });
      return (JSON.parse(stdout) as { notes: string[] }).notes;
    };
    expect(await notes(679)).toEqual([]);
    expect(await notes(680)).toEqual([
      'site tokyo: the permissions for 681 route tables require up to 11 managed policies on one role, and the default quota ' +
        'is 10: request an increase of the quota "Managed policies per role" before you deploy.',
    ]);
  });

  test('is a mistake if no quota is sufficient', async () => {
    const { exitCode, stdout } = await commandLine(['topology', 'validate', '-'], { stdin: tables(1000) });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('tokyo has 1001 route tables; the permissions of one function hold at most 1000');
  });
});

describe('a topology whose routers are created', () => {
  const created = `account: "123456789012"\n${readFileSync(join(examplesFolder, 'created.yaml'), 'utf8')}`;
  const folderWith = (agent?: string) => {
    const cwd = mkdtempSync(join(folder, 'created-'));
    writeFileSync(join(cwd, 'topology.yaml'), created);
    if (agent !== undefined) writeFileSync(join(cwd, 'amazon-ssm-agent.deb'), agent);
    return cwd;
  };
  const validated = async (cwd: string) => commandLine(['topology', 'validate', 'topology.yaml'], { cwd });

  test('has a note that names the path where the SSM agent is missing, relative to the topology file', async () => {
    const cwd = folderWith();
    const { exitCode, stderr } = await validated(cwd);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      `note: ssmAgent: ${join(cwd, 'amazon-ssm-agent.deb')} does not exist. Save the SSM agent’s package there`,
    );
  });

  test('has a note if that file is not a Debian package, and none if it is one', async () => {
    expect((await validated(folderWith('<html>'))).stderr).toContain('amazon-ssm-agent.deb is not a Debian package.');
    expect((await validated(folderWith('!<arch>\n'))).stderr).toBe('');
  });
});

describe('a topology with mistakes', () => {
  const wrong = example.replace('address: 10.1.100.10', 'address: 10.1.100.2').replace('asn: 65002', 'asn: 65001');

  test('ends with 2 and every mistake on stdout, with its line and a hint', async () => {
    const { exitCode, stdout, stderr } = await commandLine(['topology', 'validate', '-'], { stdin: wrong });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "-:22:18: 10.1.100.2 is one of the five addresses that AWS reserves in 10.1.100.0/24
          at:   sites.tokyo.routers.tokyo-1.address
          hint: use an address from 10.1.100.4 to 10.1.100.254

      -:41:10: AS 65001 is the AS number of tokyo too (line 12)
          at:   sites.virginia.asn
          hint: eBGP needs different AS numbers: give each site its own, for example from 64512 to 65534

      2 mistakes
      "
    `);
  });

  test('is the same list in JSON', async () => {
    const { exitCode, stdout } = await commandLine(['topology', 'validate', '-', '--json'], { stdin: wrong });
    expect(exitCode).toBe(2);
    const { mistakes, ...rest } = JSON.parse(stdout) as { mistakes: object[] };
    expect(rest).toEqual({ schema: 'vyos-failover.topology-validate/1', valid: false });
    expect(mistakes).toHaveLength(2);
    expect(mistakes[0]).toEqual({
      kind: 'wrong-value',
      file: '-',
      line: 22,
      column: 18,
      path: 'sites.tokyo.routers.tokyo-1.address',
      fault: '10.1.100.2 is one of the five addresses that AWS reserves in 10.1.100.0/24',
      hint: 'use an address from 10.1.100.4 to 10.1.100.254',
    });
  });
});

describe('the topology is found', () => {
  const named = (name: string) => example.replace('name: tokyo-virginia', `name: ${name}`);
  writeFileSync(join(folder, 'topology.yaml'), named('from-here'));
  writeFileSync(join(folder, 'other.yaml'), named('from-environment'));
  writeFileSync(join(folder, 'third.yaml'), named('from-option'));
  const env = { VYOS_FAILOVER_TOPOLOGY: 'other.yaml' };

  test.each([
    ['as ./topology.yaml', [], {}, 'from-here'],
    ['by VYOS_FAILOVER_TOPOLOGY before that', [], env, 'from-environment'],
    ['by --topology before both', ['--topology', 'third.yaml'], env, 'from-option'],
    ['by its argument before both', ['third.yaml'], env, 'from-option'],
    ['as ./topology.yaml if the variable is empty', [], { VYOS_FAILOVER_TOPOLOGY: '' }, 'from-here'],
  ])('%s', async (_, args, environment, name) => {
    const { stdout } = await commandLine(['topology', 'validate', ...args], { cwd: folder, env: environment });
    expect(stdout).toContain(`${name} is valid`);
  });

  test.each([
    ['topology', 'validate'],
    ['config', 'render', '--router', 'tokyo-1'],
    ['config', 'diff', '--router', 'tokyo-1'],
    ['config', 'push', '--yes'],
    ['router', 'bundle', '--router', 'tokyo-1', '--out', 'out', '--api-url', 'https://h'],
    ['secrets', 'check'],
    ['secrets', 'create', '--yes'],
  ])('by argument or option, not by both: %s %s', async (...command) => {
    const line = [...command, '--topology', 'other.yaml', 'third.yaml'];
    const { exitCode, stdout, stderr } = await commandLine(line, { cwd: folder });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe('the topology is given twice: third.yaml and --topology other.yaml\n    hint: give it once\n');
  });

  test('on standard input if --topology is -', async () => {
    const { stdout } = await commandLine(['topology', 'validate', '--topology', '-'], { stdin: named('from-stdin') });
    expect(stdout).toContain('from-stdin is valid');
  });
});

describe('a topology that cannot be read ends with 2 and the reason', () => {
  writeFileSync(join(folder, 'latin1.yaml'), Buffer.from('name: caf\xe9', 'latin1'));

  test.each([
    ['there is no file by that name', ['none.yaml'], {}, 'none.yaml: no such file\n    hint: name a readable file'],
    ['it is a directory', ['.'], {}, '.: it is a directory'],
    ['it is not UTF-8', ['latin1.yaml'], {}, 'latin1.yaml: it is not UTF-8 text'],
    [
      'the variable is wrong',
      [],
      { VYOS_FAILOVER_TOPOLOGY: 'gone.yaml' },
      'gone.yaml (from VYOS_FAILOVER_TOPOLOGY): no such file\n    hint: correct or unset VYOS_FAILOVER_TOPOLOGY',
    ],
  ])('%s', async (_, args, env, reason) => {
    const { exitCode, stdout, stderr } = await commandLine(['topology', 'validate', ...args], { cwd: folder, env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(reason);
  });

  test('none is given: the hint lists the ways', async () => {
    const { exitCode, stderr } = await commandLine(['topology', 'validate'], { cwd: examplesFolder });
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'topology.yaml: no such file\n    hint: give it with --topology FILE or VYOS_FAILOVER_TOPOLOGY, or create ./topology.yaml\n',
    );
  });
});
