import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '#aws/secret-value.ts';
import type { Environment } from '#cli/environment.ts';
import { randomSecret } from '#cli/secrets/random-secret.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import { example } from '../vyos/topologies.ts';
import { commandLine, type Ended, type Surroundings } from './command-line.ts';

const [TOKYO, VIRGINIA] = ['ap-northeast-1', 'us-east-1'];
const PSK = '/vyos-failover/tokyo-virginia/psk/tokyo-1--virginia-1';
const SERF = '/vyos-failover/tokyo-virginia/serf/tokyo';

/** Parameter Store of all regions: `region name` → value. */
let store: Map<string, { readonly value: string; readonly encrypted: boolean }>;
let outputs: string;

beforeEach(() => {
  store = new Map();
  outputs = '';
});

const secrets: Pick<Environment, 'readSecrets' | 'createSecret'> = {
  readSecrets: (region, names) =>
    Promise.resolve(
      new Map(
        names.flatMap((name) => {
          const found = store.get(`${region} ${name}`);
          return found === undefined ? [] : [[name, { ...found, value: new SecretValue(found.value) }] as const];
        }),
      ),
    ),
  createSecret: (region, name, value) => {
    if (store.has(`${region} ${name}`)) return Promise.resolve(false);
    store.set(`${region} ${name}`, { value: value.reveal(), encrypted: true });
    return Promise.resolve(true);
  },
};

async function run(line: readonly string[], around: Surroundings = {}): Promise<Ended> {
  const ended = await commandLine(['secrets', ...line], { secrets, ...around });
  outputs += ended.stdout + ended.stderr;
  for (const { value } of store.values()) expect(outputs).not.toContain(value);
  return ended;
}

const FILE = 'tokyo-virginia.yaml';
const put = (region: string | undefined, name: string, value: string, encrypted = true) =>
  store.set(`${region} ${name}`, { value, encrypted });
const get = (region: string | undefined, name: string) => store.get(`${region} ${name}`)?.value;

describe('secrets create', () => {
  it('creates every key in the regions of its routers, with one value per tunnel, and then secrets check ends with 0', async () => {
    const { exitCode, stderr } = await run(['create', FILE, '--yes']);
    expect([exitCode, store.size]).toEqual([0, 6]);
    expect(get(TOKYO, PSK)).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(get(VIRGINIA, PSK)).toBe(get(TOKYO, PSK));
    expect(Buffer.from(get(TOKYO, SERF) ?? '', 'base64')).toHaveLength(32);
    expect(get(VIRGINIA, SERF)).toBeUndefined();
    expect(new Set([...store.values()].map(({ value }) => value)).size).toBe(4);
    expect(stderr).toContain(`${PSK}: created in us-east-1`);
    expect((await run(['check', FILE])).exitCode).toBe(0);
  });

  it('copies a key that one region has, and changes no others', async () => {
    await run(['create', FILE, '--yes']);
    store.delete(`${VIRGINIA} ${PSK}`);
    const before = new Map(store);
    const { exitCode, stdout } = await run(['create', FILE, '--yes', '--json']);
    expect([exitCode, get(VIRGINIA, PSK)]).toEqual([0, get(TOKYO, PSK)]);
    expect([...before].every(([name, found]) => store.get(name) === found)).toBe(true);
    const said = JSON.parse(stdout) as { secrets: { name: string; outcome: string }[] };
    expect(said).toMatchObject({ schema: 'vyos-failover.secrets-create/1', dryRun: false });
    expect(said.secrets.filter(({ outcome }) => outcome !== 'kept')).toMatchObject([
      { name: PSK, outcome: 'copied', state: 'there' },
    ]);
  });

  it('continues after it was interrupted between two regions', async () => {
    const createSecret: Environment['createSecret'] = (region, ...rest) =>
      region === VIRGINIA
        ? Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }))
        : secrets.createSecret(region, ...rest);
    const { exitCode, stderr } = await run(['create', FILE, '--yes'], { secrets: { ...secrets, createSecret } });
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(
        /the call to SSM in us-east-1 failed: AccessDeniedException[\s\S]*hint: .*ssm:PutParameter/,
      ),
    ]);
    expect((await run(['create', FILE, '--yes'])).exitCode).toBe(0);
    expect((await run(['check', FILE])).exitCode).toBe(0);
  });

  it('that fails in a later region prints which keys it has created, which one failed where, and which were not tried, and is continued by the next run', async () => {
    let calls = 0;
    const createSecret: Environment['createSecret'] = (...call) =>
      ++calls > 4
        ? Promise.reject(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }))
        : secrets.createSecret(...call);
    const { exitCode, stdout } = await run(['create', FILE, '--yes', '--json'], {
      secrets: { ...secrets, createSecret },
    });
    const said = JSON.parse(stdout) as { secrets: { name: string; outcome: string; missing: string[] }[] };
    expect(exitCode).toBe(1);
    expect(said).toMatchObject({
      schema: 'vyos-failover.secrets-create/1',
      error: { exitCode: 1, says: expect.stringContaining('ThrottlingException') as string },
    });
    expect(said.secrets.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'failed', 'not-tried']);
    const { name, missing } = said.secrets[2] ?? { name: '', missing: [] };
    expect([missing, store.has(`${TOKYO} ${name}`), store.has(`${VIRGINIA} ${name}`)]).toEqual([
      [VIRGINIA],
      true,
      false,
    ]);
    const before = new Map(store);
    expect((await run(['create', FILE, '--yes'])).exitCode).toBe(0);
    expect([...before].every(([name, found]) => store.get(name) === found)).toBe(true);
    expect((await run(['check', FILE])).exitCode).toBe(0);
  });

  it('that Ctrl-C ends prints what it has created, and ends with 130', async () => {
    const interrupt = new AbortController();
    const createSecret: Environment['createSecret'] = (region, ...rest) => {
      if (region !== VIRGINIA) return secrets.createSecret(region, ...rest);
      interrupt.abort();
      return Promise.reject(new Error('aborted'));
    };
    const { exitCode, stdout } = await run(['create', FILE, '--yes'], {
      secrets: { ...secrets, createSecret },
      signal: interrupt.signal,
    });
    expect([exitCode, stdout]).toEqual([
      130,
      expect.stringContaining(`${PSK}: present in ap-northeast-1, missing in us-east-1 (failed)`),
    ]);
  });

  it('overwrites no key, neither a wrong one nor one created at the same time', async () => {
    await run(['create', FILE, '--yes']);
    put(VIRGINIA, PSK, 'another-value');
    const { exitCode, stdout } = await run(['create', FILE, '--yes']);
    expect([exitCode, stdout, get(VIRGINIA, PSK)]).toEqual([
      3,
      expect.stringContaining('different values in'),
      'another-value',
    ]);
    const late = await run(['create', FILE, '--yes'], {
      secrets: { readSecrets: () => Promise.resolve(new Map()), createSecret: () => Promise.resolve(false) },
    });
    expect([late.exitCode, late.stderr]).toEqual([1, expect.stringContaining('another process created it')]);
  });

  it('asks for confirmation, shows its plan with --dry-run, and creates nothing without a terminal', async () => {
    expect((await run(['create', FILE, '--dry-run'])).stdout).toContain(
      `${PSK}: missing in ap-northeast-1 and us-east-1 (would be created)`,
    );
    expect((await run(['create', FILE])).exitCode).toBe(2);
    const no = await run(['create', FILE], { terminal: true, stdin: 'n\n', env: { NO_COLOR: '1' } });
    expect([no.exitCode, no.stderr]).toEqual([4, expect.stringContaining('Create 4 missing keys? [y/N]')]);
    expect(store.size).toBe(0);
  });
});

describe('secrets check', () => {
  it.each<[string, () => void, string, string]>([
    [
      'is missing everywhere',
      () => [TOKYO, VIRGINIA].forEach((region) => store.delete(`${region} ${PSK}`)),
      'missing',
      'missing in ap-northeast-1 and us-east-1',
    ],
    [
      'is missing at one end',
      () => void store.delete(`${VIRGINIA} ${PSK}`),
      'missing',
      'present in ap-northeast-1, missing in us-east-1',
    ],
    [
      'differs at the other end',
      () => void put(VIRGINIA, PSK, 'another'),
      'differs',
      'different values in ap-northeast-1 and us-east-1',
    ],
    ['is not encrypted', () => void put(VIRGINIA, PSK, get(TOKYO, PSK) ?? '', false), 'unfit', 'not a SecureString'],
    [
      'has characters that VyOS does not accept',
      () => [TOKYO, VIRGINIA].forEach((region) => put(region, PSK, "it's one")),
      'unfit',
      'do not accept',
    ],
  ])('ends with 3 if a key %s', async (_, arrange, state, says) => {
    await run(['create', FILE, '--yes']);
    arrange();
    const { exitCode, stdout } = await run(['check', FILE]);
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining(`! ${PSK}: `)]);
    expect(stdout).toContain(says);
    expect(stdout.match(/^!/gm)).toHaveLength(1);
    const json = JSON.parse((await run(['check', FILE, '--json'])).stdout) as {
      secrets: { name: string; state: string }[];
    };
    expect(json).toMatchObject({ schema: 'vyos-failover.secrets-check/1', topology: 'tokyo-virginia' });
    expect(json.secrets.find(({ name }) => name === PSK)?.state).toBe(state);
  });
});

describe('a secret', () => {
  it('is required in the region of each of its routers, and in no other', () => {
    expect(
      neededSecrets(example('tokyo-virginia')).map(({ name, regions }) => [name.split('/').at(-1), regions.length]),
    ).toEqual([
      ['tokyo-1--virginia-1', 2],
      ['tokyo', 1],
      ['tokyo-2--virginia-2', 2],
      ['virginia', 1],
    ]);
  });

  it.each(['tunnel', 'serf'] as const)('of a %s is not printed by any conversion to text', (use) => {
    const secret = randomSecret(use);
    const ways = [`${String(secret)}`, JSON.stringify({ secret }), inspect({ secret }, { showHidden: true })];
    expect(ways.join()).not.toContain(secret.reveal());
    expect(secret.isSame(new SecretValue(secret.reveal()))).toBe(true);
    expect(secret.isSame(randomSecret(use))).toBe(false);
  });
});
