import { beforeEach, describe, expect, test } from 'vitest';
import { UPGRADE, UpgradableSite, WHOLE_STORY } from './upgradable-site.ts';

let site: UpgradableSite;
beforeEach(() => {
  site = new UpgradableSite();
});

describe('a failover meanwhile', () => {
  test('to the router that is about to be removed: it is not removed, and its maintenance ends', async () => {
    site.afterRequest = (request) => {
      if ((request as { action: string }).action === 'maintenance') site.failOverTo('tokyo-2');
    };
    const { exitCode, view } = await site.asJson(UPGRADE);
    expect(exitCode).toBe(4);
    expect(view['says']).toBe('The instance of tokyo-2 is not removed: its routes point at tokyo-2, not at tokyo-1.');
    expect(view).toMatchObject({ owner: 'tokyo-2' });
    expect(site.cloud.calls).toEqual([]);
    expect(site.world.stored.maintenance).toEqual({});
  });

  test('to the new instance: no switchover follows', async () => {
    site.beforeSleep = () => {
      if (site.stack('tokyo-2').parameters['LaunchTemplateVersion'] === '2' && site.owner === 'tokyo-1')
        site.failOverTo('tokyo-2');
    };
    expect((await site.asJson(UPGRADE)).exitCode).toBe(0);
    expect(site.story).toEqual(WHOLE_STORY.filter((line) => !line.startsWith('switchover')));
  });
});

describe('Ctrl-C', () => {
  const CASES: readonly [string, () => boolean, string][] = [
    ['while the instance is removed', () => site.stack('tokyo-2').status === 'UPDATE_IN_PROGRESS', 'changing'],
    ['while it is launched', () => site.stack('tokyo-2').parameters['Present'] === 'false', 'changing'],
    ['while it boots', () => site.stack('tokyo-2').parameters['LaunchTemplateVersion'] === '2', 'current'],
    ['while the former owner is removed', () => site.stack('tokyo-1').status === 'UPDATE_IN_PROGRESS', 'current'],
  ];
  test.each(CASES)('%s: the same command continues, and says where the traffic is', async (_, isThen, state) => {
    const interrupt = new AbortController();
    site.beforeSleep = () => {
      if (isThen()) interrupt.abort();
    };
    const { exitCode, view, stderr } = await site.asJson(UPGRADE, { signal: interrupt.signal });
    expect(exitCode).toBe(130);
    expect(stderr).toContain('CloudFormation completes the update that has begun');
    const inMaintenance = Object.keys(site.world.stored.maintenance).length > 0;
    expect(stderr.includes('stays in maintenance until the command continues')).toBe(inMaintenance);
    expect(view).toMatchObject({
      outcome: 'interrupted',
      owner: site.owner,
      routers: [{}, { name: 'tokyo-2', state }],
      next: 'vyos-failover upgrade tokyo --image ami-2',
    });
    site.beforeSleep = () => undefined;
    expect(await site.asJson(UPGRADE)).toMatchObject({ exitCode: 0, view: { outcome: 'upgraded', owner: 'tokyo-2' } });
    expect(site.story).toEqual(WHOLE_STORY);
    expect(site.world.stored.maintenance).toEqual({});
  });
});

test('Ctrl-C while the last instance boots: the next run waits until it is fit', async () => {
  const interrupt = new AbortController();
  site.beforeSleep = () => {
    if (site.story.at(-1) === 'tokyo-1 launched from ami-2') interrupt.abort();
  };
  expect((await site.asJson(UPGRADE, { signal: interrupt.signal })).exitCode).toBe(130);
  site.beforeSleep = () => undefined;
  const { exitCode, stderr } = await site.asJson(UPGRADE);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('waiting for tokyo-1: tokyo-1 is not fit');
  expect((await site.run(['plan', 'tokyo'])).stdout).not.toContain('tokyo-1 is not fit');
});

test('Ctrl-C after --replace has launched the instance: the next command does not replace it again', async () => {
  const interrupt = new AbortController();
  site.beforeSleep = () => {
    if (site.story.at(-1) === 'tokyo-2 launched from ami-1') interrupt.abort();
  };
  const line = ['upgrade', 'tokyo', '--router', 'tokyo-2', '--replace', '--yes'];
  const { exitCode, view } = await site.asJson(line, { signal: interrupt.signal });
  expect({ exitCode, next: view['next'] }).toEqual({
    exitCode: 130,
    next: 'vyos-failover upgrade tokyo --router tokyo-2',
  });
});

test('credentials that expire while a router boots: it says where the traffic is, and how to continue', async () => {
  site.beforeSleep = () => {
    if (site.stack('tokyo-2').parameters['LaunchTemplateVersion'] !== '2') return;
    const fault = Object.assign(new Error('Token is expired'), { name: 'CredentialsProviderError' });
    site.cloud.attachmentOf = () => Promise.reject(fault);
    site.cloud.describeStack = () => Promise.reject(fault);
  };
  const { exitCode, view } = await site.asJson(UPGRADE);
  expect(exitCode).toBe(1);
  expect(view).toMatchObject({
    outcome: 'failed',
    owner: 'tokyo-1',
    routers: [{ state: 'unknown' }, { state: 'unknown' }],
    next: 'vyos-failover upgrade tokyo --image ami-2',
  });
});

test('a topology that is not the deployed one any more, after a step, ends with 1 and the command that continues', async () => {
  site.beforeSleep = () => {
    if (site.owner === 'tokyo-2') site.rejectsPlans = true;
  };
  site.afterRequest = () => site.beforeSleep();
  const { exitCode, view } = await site.asJson(UPGRADE);
  expect(exitCode).toBe(1);
  expect(view).toMatchObject({
    outcome: 'failed',
    owner: 'tokyo-2',
    next: 'vyos-failover upgrade tokyo --image ami-2',
  });
});
