import { beforeEach, describe, expect, test } from 'vitest';
import { AskedSite } from './asked-site.ts';

const because = ['--reason', 'replacing the disk', '--yes'];
let site: AskedSite;
beforeEach(() => {
  site = new AskedSite();
  site.world.ec2['tokyo-2'] = { ...site.world.ec2['tokyo-2'], instance: 'stopped' } as never;
  degradedSince(site.world.now - 600_000);
});

function degradedSince(severitySince: number): void {
  const health = {
    state: 'degraded',
    since: severitySince,
    problems: ['tokyo-2: stopped'],
    severity: 'degraded',
    severitySince,
  } as const;
  site.world.stored = { ...site.world.stored, health };
}

async function shown(): Promise<{ readonly acknowledged: unknown; readonly severity: string }> {
  const { stdout } = await site.run(['status', 'tokyo', '--json']);
  return (JSON.parse(stdout) as { sites: [{ acknowledged: unknown; severity: string }] }).sites[0];
}

describe('acknowledge', () => {
  test('of a site is shown by status, and recorded in the history', async () => {
    expect(await shown()).toMatchObject({ severity: 'degraded', acknowledged: null });
    const { exitCode, stdout } = await site.run(['acknowledge', 'tokyo', ...because]);
    const says = 'ann@desk acknowledged the present condition of tokyo (replacing the disk).';
    expect([exitCode, stdout]).toEqual([0, `✓ ${says}\n`]);
    expect(await shown()).toMatchObject({ acknowledged: { by: 'ann@desk', reason: 'replacing the disk', id: null } });
    site.world.now += 300_000;
    expect((await site.run(['status', 'tokyo'])).stdout).toContain(
      '  Acknowledged by ann@desk 5 min ago (replacing the disk).\n',
    );
    expect((await site.run(['history', 'tokyo'])).stdout).toContain(says);
  });

  test('ends with the condition: a more serious one is not acknowledged', async () => {
    await site.run(['acknowledge', 'tokyo', ...because]);
    site.world.now += 600_000;
    degradedSince(site.world.now);
    expect(await shown()).toMatchObject({ acknowledged: null });
  });

  test('of an earlier condition is not shown for a pause that began after it', async () => {
    await site.run(['acknowledge', 'tokyo', ...because]);
    site.world.ec2['tokyo-2'] = { ...site.world.ec2['tokyo-2'], instance: 'running' } as never;
    site.world.stored = { ...site.world.stored, health: undefined };
    site.world.now += 1_000;
    await site.run(['pause', 'tokyo', '--for', '1h', '--reason', 'x', '--yes']);
    expect(await shown()).toMatchObject({ severity: 'attention', acknowledged: null });
    await site.run(['acknowledge', 'tokyo', ...because]);
    expect(await shown()).toMatchObject({ acknowledged: { by: 'ann@desk' } });
  });

  test('finds the site of an entry by its id', async () => {
    await site.run(['pause', 'tokyo', '--for', '1m', '--reason', 'x', '--yes']);
    const id = site.world.history[0]?.id ?? '';
    const { exitCode, stdout } = await site.run(['acknowledge', id, ...because]);
    expect([exitCode, stdout]).toEqual([0, `✓ ann@desk acknowledged ${id} (replacing the disk).\n`]);
    expect(await shown()).toMatchObject({ acknowledged: { id } });
  });

  test('of an id that no history has changes nothing, and ends with 2', async () => {
    const { exitCode, stderr } = await site.run(['acknowledge', 'report-9', '--site', 'tokyo', ...because]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('no site has "report-9" among the last 1000 entries'),
    ]);
    expect(site.world.stored.acknowledgement).toBeUndefined();
  });

  test('does not call an id unknown while a site does not answer', async () => {
    const { exitCode, stderr } = await site.run(['acknowledge', 'report-9', ...because]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('virginia: there is no function')]);
  });

  test('has nothing to do at a site that is well', async () => {
    const well = new AskedSite();
    const { exitCode, stdout } = await well.run(['acknowledge', 'tokyo', ...because]);
    expect([exitCode, stdout]).toEqual([0, 'tokyo has nothing to acknowledge.\n']);
    expect(well.world.history).toEqual([]);
  });
});
