import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestRouter } from './router.fixture.ts';

describe('report, configured', () => {
  it('logs all mistakes of the file at once, each with its line and the expected value, and reports nothing', async () => {
    const router = await TestRouter.start();
    await router.writeConfiguration(`# tokyo-2
SITE='tokyo/../x'
SELF='tokyo-1'
PEER='tokyo-1'
PEER_ADDRESS='10.1.100.256'
API_URL='http://example.com'
REGION=ap-northeast-1
CONFIRM_PORTS='179 65536'
CONFIRM_REFUSED='maybe'
RETRY_EVERY='often'
RETRY_EVERY='5'
PERR='tokyo-1'
LOG='${router.directory}/report.log'
`);

    const ended = await router.report();

    expect(ended.status).toBe(2);
    expect(router.api.requests).toEqual([]);
    const file = `${router.directory}/report.conf`;
    const mistakes = [
      `${file}:2: SITE='tokyo/../x' is not the name of a site in the topology`,
      `${file}:4: PEER and SELF are both tokyo-1; a router does not report itself`,
      `${file}:5: PEER_ADDRESS='10.1.100.256' is not an IPv4 or IPv6 address`,
      `${file}:6: API_URL='http://example.com' is not https://HOST`,
      `${file}:7: not of the form KEY='value'`,
      `${file}: REGION is missing; it is an AWS region`,
      `${file}:8: CONFIRM_PORTS='179 65536' is not one to four port numbers`,
      `${file}:9: CONFIRM_REFUSED='maybe' is not alive or dead`,
      `${file}:10: RETRY_EVERY='often' is not seconds`,
      `${file}:11: RETRY_EVERY is already in line 10`,
      `${file}:12: unknown key PERR; valid keys: SITE SELF PEER`,
    ];
    for (const mistake of mistakes) expect(ended.stderr).toContain(mistake);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(mistakes.length);
    expect((await router.log()).match(/ error - /g)).toHaveLength(mistakes.length);
  });

  it('never executes the file', async () => {
    const router = await TestRouter.start();
    const marker = join(router.directory, 'ran');
    await router.configure({ SITE: `$(touch ${marker})`, SERF: `serf; touch ${marker}`, VTYSH: `\`touch ${marker}\`` });

    expect((await router.report()).status).toBe(2);
    await expect(access(marker)).rejects.toThrow('ENOENT');
  });

  it('knows an address, a host and a URL of every allowed form', async () => {
    const router = await TestRouter.start({
      PEER_ADDRESS: '::1',
      SITE: 'tokyo_2',
      API_URL: 'https://127.0.0.1:8443/',
    });

    const args = ['--detector', 'bfd', '--event', 'peer-failed', '--subject', 'tokyo-1'];
    expect((await router.run(args)).status).toBe(0);
    await router.untilLogged(/waiting: tokyo-1 is silent, but the API is out of reach too, at 127\.0\.0\.1/);
  });

  it('does not take values from the environment', async () => {
    const router = await TestRouter.start();
    const args = ['--detector', 'bfd', '--event', 'peer-failed', '--subject', 'tokyo-1', '--foreground'];

    await router.run(args, { env: { PEER: 'osaka-1', ID: 'mine', SITE: 'osaka' } });

    expect(router.api.requests).toMatchObject([{ path: '/v1/sites/tokyo/events' }]);
    expect(router.bodies()[0]?.id).not.toBe('mine');
  });

  it('reads a file with Windows line ends', async () => {
    const router = await TestRouter.start();
    const path = join(router.directory, 'report.conf');
    await router.writeConfiguration((await readFile(path, 'utf8')).replaceAll('\n', '\r\n'));

    expect((await router.report()).status).toBe(0);
  });
});
