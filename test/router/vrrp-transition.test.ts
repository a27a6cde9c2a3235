import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestRouter } from './router.fixture.ts';

const transition = (router: TestRouter, ...args: string[]) => router.run(args, { script: 'vrrp-transition' });

describe('vrrp-transition', () => {
  it('reports the peer when this router becomes the master of a group whose master had sent advertisements', async () => {
    const router = await TestRouter.start();
    await mkdir(join(router.directory, 'state'));
    await writeFile(join(router.directory, 'state', 'vrrp-backup'), '0\n');

    expect((await transition(router, 'master')).status).toBe(0);
    await router.untilAsked(1);

    expect(router.bodies()).toMatchObject([{ detector: 'vrrp', event: 'peer-failed', subject: 'tokyo-1' }]);
  });

  it('does not report a peer without advertisements since this router started to listen', async () => {
    const router = await TestRouter.start();
    expect((await transition(router, 'backup')).status).toBe(0);

    expect((await transition(router, 'master')).status).toBe(0);

    expect(await router.log()).toContain('not reported: tokyo-1 sent no VRRP advertisement');
    expect(await router.log()).not.toContain('worker started');
  });

  it('rather reports than forgets, where it could not write down since when it listens', async () => {
    const router = await TestRouter.start({ STATE_DIR: '/proc/nowhere' });
    expect((await transition(router, 'backup')).status).toBe(0);

    await transition(router, 'master');

    await router.untilAsked(1);
  });

  it.each([[[]], [['fault']], [['master', '; reboot']]])('refuses %j', async (args) => {
    const router = await TestRouter.start();

    const ended = await transition(router, ...args);

    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain('it takes master or backup');
  });
});
