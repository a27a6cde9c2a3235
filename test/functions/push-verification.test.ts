import { beforeEach, describe, expect, it } from 'vitest';
import type { Neighbors } from '#contracts/push-neighbors.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { VERIFY } from '#functions/config-push/limits/deployed-limits.ts';
import type { PushPorts } from '#functions/config-push/ports.ts';
import { DOWN, SILENT } from './fake-routers.ts';
import { FAR, isNew, PAIR, PushedPair, RENUMBERED } from './pushed-pair.ts';

let pair: PushedPair;
beforeEach(() => {
  pair = new PushedPair();
});

/** The standby's neighbors, before its change and after. */
function standbyTells(before: () => Neighbors, after: () => Neighbors): void {
  pair.standby.neighbors = () => (isNew(pair.standby) ? after() : before());
}
const up = (prefixes = 5) => pair.standby.session(prefixes);

describe('a changed router is kept', () => {
  it('when its neighbors are Established, receive as many prefixes as before, and have sent messages since', async () => {
    const began = pair.world.now;
    expect(await pair.push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
    expect(pair.world.now - began).toBeGreaterThanOrEqual(15_000);
    expect(pair.world.now - began).toBeLessThan(25_000);
  });

  it('with half of the prefixes: what its own filters leave out is no fault', async () => {
    standbyTells(
      () => ({ [FAR]: up(5), [PAIR]: up(2) }),
      () => ({ [FAR]: up(3), [PAIR]: up(1) }),
    );
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
  });

  it('when it is seen down once, by a single reading', async () => {
    let readings = 0;
    standbyTells(
      () => ({ [FAR]: up(), [PAIR]: up() }),
      () => ({ [FAR]: (readings += 1) === 3 ? DOWN : up(), [PAIR]: up() }),
    );
    const began = pair.world.now;
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
    // It does not begin anew.
    expect(pair.world.now - began).toBeLessThan(20_000);
  });

  it('when its sessions cannot be read for a while, and are then up', async () => {
    const agreed = await pair.plan();
    let waits = 0;
    const change = pair.whileWaiting(() => {
      if ((waits += 1) % 3 !== 0) pair.standby.answers.bgp = [SILENT];
    });
    expect(await pair.push({}, change, agreed)).toMatchObject({ outcome: 'pushed' });
  });

  it('when the first valid reading is taken without a session, and at the last moment', async () => {
    const agreed = await pair.plan();
    const began = pair.world.now;
    const last = began + VERIFY.withinMs;
    standbyTells(
      () => ({ [FAR]: up(), [PAIR]: up() }),
      () => ({ [FAR]: pair.world.now === last ? DOWN : up(), [PAIR]: up() }),
    );
    const plain = pair.tools();
    const silent: PushPorts['readNeighbors'] = (router) =>
      isNew(pair.standby) && pair.world.now < last ? Promise.resolve(SILENT) : plain.readNeighbors(router);
    expect(await pair.push({}, { readNeighbors: silent }, agreed)).toMatchObject({ outcome: 'pushed' });
  });

  it('whatever becomes of neighbors that are new, or that it had not Established', async () => {
    standbyTells(
      () => ({ [FAR]: up(), [PAIR]: DOWN }),
      () => ({ [FAR]: up(), [PAIR]: DOWN, '169.254.10.30': DOWN }),
    );
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
  });
});

describe('a changed router is taken back', () => {
  it.each<[string, () => Neighbors, () => Neighbors, RegExp]>([
    [
      'when its session brings no prefix any more',
      () => ({ [FAR]: up(), [PAIR]: up() }),
      () => ({ [FAR]: up(0), [PAIR]: up() }),
      /receives 0 prefixes from 169\.254\.10\.6, and at least 3/,
    ],
    [
      'when less than half of its prefixes are left',
      () => ({ [FAR]: up(5), [PAIR]: up() }),
      () => ({ [FAR]: up(2), [PAIR]: up() }),
      /receives 2 prefixes/,
    ],
    [
      'when another neighbor is Established than the one that was',
      () => ({ [FAR]: up(), [PAIR]: DOWN }),
      () => ({ [FAR]: DOWN, [PAIR]: up() }),
      /169\.254\.10\.6 was Established before and is not now/,
    ],
    [
      'when the session of the pair is gone',
      () => ({ [FAR]: up(), [PAIR]: up() }),
      () => ({ [FAR]: up(), [PAIR]: DOWN }),
      /169\.254\.254\.1 was Established before and is not now/,
    ],
    [
      'when one of its neighbors is not there any more',
      () => ({ [FAR]: up(), [PAIR]: up() }),
      () => ({ [FAR]: up() }),
      /169\.254\.254\.1 was Established before/,
    ],
    [
      'when the state of one of them cannot be read',
      () => ({ [FAR]: up(), [PAIR]: up() }),
      () => ({ [FAR]: null, [PAIR]: up() }),
      /169\.254\.10\.6 cannot be read/,
    ],
  ])('%s', async (_, before, after, says) => {
    standbyTells(before, after);
    const { outcome, says: said } = await pair.push();
    expect([outcome, said]).toEqual(['undone', expect.stringMatching(says)]);
    expect([isNew(pair.standby), pair.standby.pending]).toEqual([false, undefined]);
  });

  it('when its session outlives its dead tunnel for the hold time that was negotiated, however long that is', async () => {
    let changedAt: number | undefined;
    const stale = { messages: 100, holdS: 180 };
    standbyTells(
      () => ({ [FAR]: pair.standby.session(5, { holdS: 180 }) }),
      () => {
        changedAt ??= pair.world.now;
        return { [FAR]: pair.world.now - changedAt >= 179_000 ? DOWN : pair.standby.session(5, stale) };
      },
    );
    expect(await pair.push()).toMatchObject({ outcome: 'undone' });
  });

  it('when the hold time of its session is unknown, and no message arrives over it for 180 s', async () => {
    let changedAt: number | undefined;
    standbyTells(
      () => ({ [FAR]: pair.standby.session(5, { holdS: null, messages: null }) }),
      () => {
        changedAt ??= pair.world.now;
        const isOver = pair.world.now - changedAt >= 179_000;
        return { [FAR]: isOver ? DOWN : pair.standby.session(5, { holdS: null, messages: null }) };
      },
    );
    expect(await pair.push()).toMatchObject({ outcome: 'undone' });
  });

  it.each<[string, readonly string[]]>([
    ['readings between that tell nothing', ['up', 'down', 'silent', 'down', 'silent', 'down', 'silent', 'up']],
    ['good ones between', ['up', 'down', 'up', 'down', 'up', 'down', 'up', 'up']],
  ])('when its session is down again and again, with %s', async (_, course) => {
    const agreed = await pair.plan();
    const plain = pair.tools();
    let readings = -1;
    const readNeighbors: PushPorts['readNeighbors'] = (router) => {
      if (!isNew(pair.standby)) return plain.readNeighbors(router);
      readings += 1;
      // Sixteen seconds, and then it stays down.
      const now = course[readings] ?? 'down';
      pair.standby.neighbors = () => ({ [FAR]: now === 'up' ? up() : DOWN, [PAIR]: up() });
      return now === 'silent' ? Promise.resolve(SILENT) : plain.readNeighbors(router);
    };
    pair.standby.neighbors = () => ({ [FAR]: up(), [PAIR]: up() });
    const { verify } = plain;
    expect(await pair.push({}, { readNeighbors, verify: { ...verify, steadyMs: 14_000 } }, agreed)).toMatchObject({
      outcome: 'undone',
    });
  });

  it('when its neighbors can no longer be read', async () => {
    const agreed = await pair.plan();
    const change = pair.whileWaiting(() => {
      if (isNew(pair.standby)) pair.standby.answers.bgp = [SILENT];
    });
    const result = await pair.push({}, change, agreed);
    expect([result.outcome, result.says]).toEqual([
      'undone',
      expect.stringContaining('its BGP neighbors could not be read'),
    ]);
  });
});

describe('a session that sends messages', () => {
  it('needs no more proof than the time in which it must stay', async () => {
    standbyTells(
      () => ({ [FAR]: pair.standby.session(5, { holdS: 180 }) }),
      () => ({ [FAR]: pair.standby.session(5, { holdS: 180 }) }),
    );
    const began = pair.world.now;
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
    expect(pair.world.now - began).toBeLessThan(25_000);
  });
});

describe('a router without sessions', () => {
  const nobody = () => ({ [FAR]: DOWN, [PAIR]: DOWN });

  it('is kept once that has been read, so that a new network can come up', async () => {
    pair.active.neighbors = nobody;
    pair.standby.neighbors = nobody;
    expect(await pair.push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
    expect(await pair.push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-1' });
  });

  it('is read twice before it is kept', async () => {
    let readings = 0;
    pair.active.neighbors = nobody;
    standbyTells(nobody, () => {
      readings += 1;
      return nobody();
    });
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
    expect(readings).toBeGreaterThanOrEqual(2);
  });

  it('is not kept unread', async () => {
    pair.active.neighbors = nobody;
    pair.standby.neighbors = nobody;
    const agreed = await pair.plan();
    pair.standby.answers.bgp = [];
    const plain = pair.tools();
    const change = {
      readNeighbors: (router: ManagedRouter) =>
        isNew(pair.standby) ? Promise.resolve(SILENT) : plain.readNeighbors(router),
    };
    expect(await pair.push({}, change, agreed)).toMatchObject({ outcome: 'undone' });
  });

  it('for the moment of one reading is not taken for one that has none: it needs a fit partner', async () => {
    let readings = 0;
    standbyTells(
      () => ({ [FAR]: (readings += 1) === 1 ? DOWN : up() }),
      () => ({ [FAR]: DOWN }),
    );
    pair.active.neighbors = nobody;
    const agreed = await pair.plan();
    readings = 0;
    const result = await pair.push({ baselines: {} }, {}, agreed);
    expect([result.outcome, result.reason]).toEqual(['refused', 'peer-unfit']);
    expect(pair.standby.acts).toEqual([]);
  });
});

describe('the baseline of the plan', () => {
  const OTHER = '169.254.10.30';

  it('counts where a far end has begun since: what was up then must be up again', async () => {
    const agreed = await pair.plan();
    // Virginia has applied, and the tunnel with it is down; the pair's own session is what this push breaks.
    standbyTells(
      () => ({ [FAR]: DOWN, [PAIR]: up() }),
      () => ({ [FAR]: DOWN, [PAIR]: up() }),
    );
    const result = await pair.push({ only: 'tokyo-2', hold: true }, {}, agreed);
    expect([result.outcome, result.says]).toEqual(['undone', expect.stringContaining(FAR)]);
  });

  it('is not lowered to nothing by a reading that falls into the far end’s change', async () => {
    const agreed = await pair.plan();
    standbyTells(
      () => ({ [FAR]: up(0), [PAIR]: up() }),
      () => ({ [FAR]: up(0), [PAIR]: up() }),
    );
    expect(await pair.push({}, {}, agreed)).toMatchObject({ outcome: 'undone' });
  });

  it('does not ask for neighbors that are no neighbors of this router’s topology', async () => {
    standbyTells(
      () => ({ [FAR]: up(), [PAIR]: up(), [OTHER]: up() }),
      () => ({ [FAR]: up(), [PAIR]: up() }),
    );
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
  });

  it('asks for a neighbor that gets another address under that address', async () => {
    const renumbered = { topology: RENUMBERED, only: 'tokyo-2', hold: true };
    standbyTells(
      () => ({ [FAR]: up(), [PAIR]: up() }),
      () => ({ '169.254.20.2': DOWN, [PAIR]: up() }),
    );
    const result = await pair.push(renumbered);
    expect([result.outcome, result.says]).toEqual([
      'undone',
      expect.stringContaining('169.254.20.2 was Established before'),
    ]);
    standbyTells(
      () => ({ [FAR]: up(), [PAIR]: up() }),
      () => ({ '169.254.20.2': up(), [PAIR]: up() }),
    );
    expect(await pair.push(renumbered)).toMatchObject({ outcome: 'held' });
  });
});
