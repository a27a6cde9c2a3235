import { describe, expect, it } from 'vitest';
import { NOW, SITE, STANDBY_ENI } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';
import { send } from './send-report.ts';

const HOUR_MS = 3_600_000;

/** A router that does not see its peer any more: it confirms that before every try, and goes on reporting. */
class Reporter {
  readonly name: string;
  readonly #peer: string;
  readonly #noticedAt: number;
  #nextAt: number;
  #id = 0;

  constructor(name: string, peer: string, noticedAt: number) {
    this.name = name;
    this.#peer = peer;
    this.#noticedAt = noticedAt;
    this.#nextAt = noticedAt + 100;
  }

  /** @returns the outcome, if it reported now */
  async tick(world: FakeWorld): Promise<string | undefined> {
    const { now } = world;
    if (now < this.#nextAt) return undefined;
    const answer = await send(world, {
      id: `${this.name}-${this.#id}`,
      by: this.name,
      about: this.#peer,
      detector: 'bfd',
      event: 'peer-failed',
      detectedAt: this.#noticedAt,
      confirmedAt: now,
    });
    // An answer that ends it is followed by a new report as long as the peer stays silent.
    const ended = answer.outcome === 'swapped' || answer.outcome === 'already';
    if (ended) this.#id += 1;
    this.#nextAt = now + (ended ? 300_000 : 6_000);
    return answer.outcome;
  }
}

/** Both for an hour. @returns when routes moved, and by whose report */
async function lostSight(order: readonly ('tokyo-1' | 'tokyo-2')[], policy: Partial<typeof SITE.policy> = {}) {
  const world = new FakeWorld({ ...SITE, policy: { ...SITE.policy, ...policy } });
  const reporters = order.map(
    (name, index) => new Reporter(name, name === 'tokyo-1' ? 'tokyo-2' : 'tokyo-1', NOW + index * 300),
  );
  const moves: string[] = [];
  for (; world.now < NOW + HOUR_MS; world.now += 500) {
    for (const reporter of reporters)
      if ((await reporter.tick(world)) === 'swapped') moves.push(`${world.now - NOW} ms: ${reporter.name}`);
  }
  return { world, moves };
}

describe('two healthy routers that lose sight of each other for an hour', () => {
  it('move the routes once if the standby reports first', async () => {
    const { world, moves } = await lostSight(['tokyo-2', 'tokyo-1']);
    expect(moves).toEqual(['500 ms: tokyo-2']);
    expect(new Set(world.targets.values())).toEqual(new Set([STANDBY_ENI]));
  });

  it('move nothing if the owner reports first', async () => {
    expect((await lostSight(['tokyo-1', 'tokyo-2'])).moves).toEqual([]);
  });

  it('move nothing in a pair that prefers safety', async () => {
    expect((await lostSight(['tokyo-2', 'tokyo-1'], { prefer: 'safety' })).moves).toEqual([]);
  });

  it('move the routes once though hold-down is short and many swaps are allowed', async () => {
    const { moves } = await lostSight(['tokyo-2', 'tokyo-1'], { holdDownMs: 1_000, maxSwapsPerHour: 100 });
    expect(moves).toHaveLength(1);
  });
});
