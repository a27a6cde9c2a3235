import { expect, it } from 'vitest';
import { instanceOf } from '#demo/account-of-topology.ts';
import { PATIENCE_MS, type RaisedLab } from '#lab/raised-lab.ts';
import { waitUntil } from '#lab/run.ts';
import { vyosOf } from '#lab/vyos.ts';
import { TOPOLOGY } from './lab-under-test.ts';
import { ended, fileOf, push, startPush } from './pushes.ts';

/** Of the subnet that a push brings: which of Tokyo's routers run it, and boot with it. */
function having(lab: RaisedLab, subnet: string): { runs: string[]; boots: string[] } {
  const which = (lines: (router: RaisedLab['here']['routers'][number]) => readonly string[]) =>
    lab.here.routers.filter((each) => lines(each).join('\n').includes(subnet)).map(({ router }) => router.name);
  return { runs: which((each) => vyosOf(each).running), boots: which((each) => vyosOf(each).saved) };
}

/** A push of one more subnet to Tokyo; `kill` is called when its standby has applied it and nobody has confirmed it. */
async function pushInWhich(lab: RaisedLab, subnet: string, kill: (child: ReturnType<typeof startPush>) => unknown) {
  const file = fileWith(lab, subnet);
  const { standby } = lab.here.site.routers;
  const child = startPush(lab, file, 'tokyo');
  const stop = lab.emulator.on((each) => {
    if (each.kind !== 'command' || each.status !== 'Success' || !each.document.includes('apply-config')) return;
    if (each.instance !== instanceOf(standby)) return;
    stop();
    void kill(child);
  });
  return { file, ...(await ended(child)) };
}

function fileWith(lab: RaisedLab, subnet: string): string {
  const topology = TOPOLOGY.replace('frontSubnets: [10.1.0.0/20]', `frontSubnets: [10.1.0.0/20, ${subnet}]`);
  return fileOf(lab, `with-${subnet.replace('/', '-')}`, topology);
}

export function dyingPushes(lab: () => RaisedLab): void {
  it('goes on with its router when the command line is killed; the next push does the rest', async () => {
    const subnet = '10.1.48.0/20';
    const killed = await pushInWhich(lab(), subnet, (child) => child.kill('SIGKILL'));
    expect(killed.code).toBeNull();
    const oneHasIt = () => having(lab(), subnet).boots.join() === 'tokyo-2';
    expect(await waitUntil(oneHasIt, { withinMs: PATIENCE_MS })).toBe(true);
    expect(having(lab(), subnet).runs).toEqual(['tokyo-2']);

    expect((await push(lab(), killed.file, 'tokyo')).code).toBe(0);
    expect(having(lab(), subnet)).toEqual({ runs: ['tokyo-1', 'tokyo-2'], boots: ['tokyo-1', 'tokyo-2'] });
  });

  it('is rolled back when its function is killed, with a notification; then it can be pushed again', async () => {
    const subnet = '10.1.64.0/20';
    const { code, says, file } = await pushInWhich(lab(), subnet, () => lab().killConfigPush());
    expect([code, says]).toEqual([1, expect.stringMatching(/tokyo-2 +old +old +none/)]);
    expect(having(lab(), subnet)).toEqual({ runs: [], boots: [] });
    await lab().becomesWell();

    expect((await push(lab(), file, 'tokyo')).code).toBe(0);
    expect(having(lab(), subnet)).toEqual({ runs: ['tokyo-1', 'tokyo-2'], boots: ['tokyo-1', 'tokyo-2'] });
  });

  // Each command that it does not answer is waited for.
  it('leaves its old configuration on a router that loses power; when that is back it can be pushed again', {
    timeout: 240_000,
  }, async () => {
    const subnet = '10.1.80.0/20';
    const { code, says, file } = await pushInWhich(lab(), subnet, () => lab().break('tokyo-2', 'router'));
    expect([code, says]).toEqual([1, expect.stringMatching(/tokyo-2 +unknown +unknown +by \d{4}-/)]);
    await lab().heal();
    await lab().becomesWell();
    expect(having(lab(), subnet)).toEqual({ runs: [], boots: [] });

    expect((await push(lab(), file, 'tokyo')).code).toBe(0);
    expect(having(lab(), subnet)).toEqual({ runs: ['tokyo-1', 'tokyo-2'], boots: ['tokyo-1', 'tokyo-2'] });
  });
}
