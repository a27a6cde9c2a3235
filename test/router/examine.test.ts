import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { RouterFindings } from '#contracts/examination.ts';
import { routerProgram } from '#infra/router-program.ts';
import { answerJson } from './http-servers.ts';
import { scriptPath, TestRouter } from './router.fixture.ts';

const KEY = 'k5tGbn9VJOB4UoHpNM8CGZ7pA1AlzGPyDTo1lQwPqA';
const PSK = '/vyos-failover/tokyo-virginia/psk/tokyo-2--virginia-2';
const DENIED = '/vyos-failover/tokyo-virginia/psk/other';

/** Runs the script of the document as the SSM agent does. */
async function examine(router: TestRouter, { swanctl }: { readonly swanctl: string }): Promise<string> {
  const root = join(router.directory, 'root');
  const [bin, logs] = [join(root, 'bin'), join(root, 'var/log')];
  for (const folder of [bin, logs, join(root, 'config'), join(root, 'etc/swanctl')])
    mkdirSync(folder, { recursive: true });
  symlinkSync(scriptPath(''), join(root, 'config/vyos-failover'));
  writeFileSync(join(root, 'etc/swanctl/swanctl.conf'), swanctl);
  writeFileSync(join(logs, 'vyos-failover.log'), `${'x'.repeat(5_000)}\nthe last line\n`);
  // `reconcile` runs, and no other unit.
  writeFileSync(join(bin, 'systemctl'), '#!/bin/sh\ncase $2 in *reconcile*) ;; *) exit 3 ;; esac\n', { mode: 0o755 });
  writeFileSync(join(bin, 'dpkg-query'), '#!/bin/sh\necho 3.3.3050.0-1\n', { mode: 0o755 });
  const expected = {
    keys: { [PSK]: 'tunnel', [DENIED]: 'tunnel' },
    units: ['vyos-failover-reconcile.service', 'serf'],
  };
  const [shebang, ...program] = routerProgram('examine');
  const script = [shebang, `export EXPECTED='${JSON.stringify(expected)}'`, ...program].join('\n');
  const { stdout } = await promisify(execFile)('/bin/bash', ['-c', script], {
    env: {
      PATH: `${bin}:${process.env.PATH}`,
      VYOS_FAILOVER_ROOT: root,
      VYOS_FAILOVER_RUN: join(root, 'run'),
      REPORT_CONF: join(router.directory, 'report.conf'),
      AWS_EC2_METADATA_SERVICE_ENDPOINT: router.metadataUrl,
      AWS_ENDPOINT_URL_SSM: router.apiUrl,
    },
  });
  return stdout;
}

it('prints clock, report path, keys, units, agent, disk and log of a router, and no key', async () => {
  const router = await TestRouter.start();
  router.api.answers = [
    answerJson(200, { Parameter: { Name: PSK, Value: KEY } }),
    answerJson(400, { __type: 'AccessDeniedException', message: 'not authorized' }),
  ];
  const before = Date.now();

  const output = await examine(router, { swanctl: `secrets {\n  ike-1 {\n    secret = "${KEY}"\n  }\n}\n` });

  expect(output).not.toContain(KEY);
  const found = RouterFindings.parse(JSON.parse(output));
  expect(found).toMatchObject({
    contact: { ok: true, says: 'in contact with the API: a report would arrive' },
    keys: {
      [PSK]: { mark: expect.stringMatching(/^[0-9a-f]{4}$/) as string, used: true },
      [DENIED]: { fault: 'AccessDeniedException: not authorized' },
    },
    units: { 'vyos-failover-reconcile.service': 'active', serf: 'inactive' },
    agent: '3.3.3050.0',
    vyos: null,
    trust: null,
    log: [expect.stringMatching(/^x{3,}$/), 'the last line'],
  });
  expect(found.log?.[0]?.length).toBeLessThan(5_000);
  expect(found.disk?.free).toBeGreaterThan(0);
  expect([found.beganAt >= before, found.endedAt >= found.beganAt]).toEqual([true, true]);
});

it('names the stage at which a report is lost, and a key that IPsec does not use', async () => {
  const router = await TestRouter.start();
  router.api.contactAnswers = [answerJson(403, { message: 'Forbidden' })];
  router.api.answers = [answerJson(200, { Parameter: { Name: PSK, Value: KEY } })];

  const found = RouterFindings.parse(JSON.parse(await examine(router, { swanctl: 'secret = "rotated"\n' })));

  expect(found.contact).toEqual({ ok: false, says: expect.stringContaining('HTTP 403: Forbidden') as string });
  expect(found.keys[PSK]).toMatchObject({ used: false });
});
