import { OVERRIDES } from '#failover/trigger.ts';
import type { Chance } from './random.ts';
import type { Fault } from './schedule.ts';
import type { RouterKey, SiteName } from './sites.ts';

type Draw = (chance: Chance) => Fault;
/** Faults with their weights. */
type Weighted = readonly (readonly [number, Draw])[];

/** Faults that move routes, or appear to. */
export const drawCause = (chance: Chance): Fault => drawOf(CAUSES, chance);
export const drawObstacle = (chance: Chance): Fault => drawOf(OBSTACLES, chance);
export const drawFault = (chance: Chance): Fault => drawOf(FAULTS, chance);

const near = (chance: Chance): 'a' | 'b' => (chance.happens(0.65) ? 'a' : 'b');
const any = (chance: Chance): RouterKey => (chance.happens(0.8) ? near(chance) : chance.oneOf(['A', 'B']));
const site = (chance: Chance): SiteName => (chance.happens(0.8) ? 'tokyo' : 'virginia');
const spell = (chance: Chance) => chance.oneOf([2_000, 8_000, 20_000, 45_000, 90_000]);
const long = (chance: Chance) => chance.oneOf([90_000, 150_000, 175_000]);

const CAUSES: Weighted = [
  [4, () => ({ kind: 'stop', router: 'a' })],
  [4, () => ({ kind: 'hang', router: 'a' })],
  [
    3,
    (c) => ({ kind: 'dies-slowly', router: 'a', kernelMs: c.between(500, 12_000), how: c.oneOf(['hang', 'reboot']) }),
  ],
  [3, () => ({ kind: 'false-alarm', router: 'b' })],
  [4, (c) => ({ kind: 'switchover', to: 'b', overrides: OVERRIDES.filter(() => c.happens(0.5)) })],
  [3, (c) => ({ kind: 'tunnels-down', router: 'a', forMs: long(c) })],
  [1, (c) => ({ kind: c.oneOf(['uplink-cut', 'daemons-stopped', 'no-prefixes']), router: 'a', forMs: long(c) })],
  [2, (c) => ({ kind: 'source-dest-check-on', router: 'a', forMs: long(c) })],
  [2, (c) => ({ kind: c.oneOf(['interface-detached', 'interface-elsewhere']), router: 'a', forMs: long(c) })],
  [2, (c) => ({ kind: 'pair-partitioned', site: 'tokyo', forMs: spell(c) })],
  [2, (c) => ({ kind: 'pair-partitioned', site: 'tokyo', forMs: long(c) })],
  [3, (c) => ({ kind: c.oneOf(['stop', 'hang']), router: 'A' })],
  [1, (c) => ({ kind: 'site-dies', site: 'virginia', how: c.oneOf(['stop', 'hang']) })],
  [2, (c) => ({ kind: 'bgp-unreadable', router: 'a', as: unreadable(c), forMs: long(c) })],
  [
    1,
    (c) => ({
      kind: 'old-report',
      router: 'b',
      event: c.oneOf(['peer-left', 'peer-failed']),
      lateMs: c.between(30_000, 150_000),
      fresh: c.happens(0.8),
    }),
  ],
];

/** Faults that obstruct a following swap. */
const OBSTACLES: Weighted = [
  [3, (c) => ({ kind: 'ssm-silent', site: 'tokyo', forMs: long(c) })],
  [3, (c) => ({ kind: c.oneOf(['store-read-only', 'store-read-only', 'store-down']), forMs: long(c) })],
  [2, (c) => ({ kind: 'store-loses-answers', calls: c.between(2, 6) })],
  [
    2,
    (c) => ({ kind: 'operator-during-run', action: c.oneOf(['pause', 'maintenance']), afterSteps: c.between(3, 12) }),
  ],
  [1, (c) => ({ kind: 'api-unreachable', router: 'b', forMs: long(c) })],
  [1, (c) => ({ kind: 'maintenance', router: 'b', on: c.happens(0.8) })],
  [1, (c) => ({ kind: 'pause', forMs: c.oneOf([15_000, 60_000]) })],
  [1, (c) => ({ kind: 'ec2-busy', forMs: spell(c) })],
  [1, () => ({ kind: 'switchover', to: 'b', overrides: [] })],
];

const unreadable = (c: Chance) => c.oneOf(['asdot', 'renamed', 'empty-list', 'cut', 'error'] as const);

const FAULTS: Weighted = [
  [10, (c) => ({ kind: c.oneOf(['stop', 'stop', 'hang', 'hang', 'reboot', 'start']), router: any(c) })],
  [
    2,
    (c) => ({
      kind: 'dies-slowly',
      router: any(c),
      kernelMs: c.between(500, 12_000),
      how: c.oneOf(['hang', 'reboot']),
    }),
  ],
  [
    7,
    (c) => ({
      kind: c.oneOf(['uplink-cut', 'tunnels-down', 'agent-silent', 'api-unreachable']),
      router: any(c),
      forMs: spell(c),
    }),
  ],
  [3, (c) => ({ kind: c.oneOf(['no-prefixes', 'daemons-stopped']), router: any(c), forMs: spell(c) })],
  [2, (c) => ({ kind: 'bgp-unreadable', router: any(c), as: unreadable(c), forMs: spell(c) })],
  [3, (c) => ({ kind: 'pair-partitioned', site: site(c), forMs: spell(c) })],
  [2, (c) => ({ kind: 'ssm-silent', site: site(c), forMs: long(c) })],
  [1, (c) => ({ kind: 'site-dies', site: 'virginia', how: c.oneOf(['stop', 'hang']) })],
  [2, (c) => ({ kind: 'clock-off', router: near(c), byMs: c.oneOf([-30_000, -8_000, -3_000, 3_000, 8_000, 30_000]) })],
  [
    2,
    (c) => ({
      kind: c.oneOf(['source-dest-check-on', 'interface-detached', 'interface-elsewhere']),
      router: near(c),
      forMs: spell(c),
    }),
  ],
  [1, (c) => ({ kind: 'route-by-hand', to: near(c) })],
  [5, (c) => ({ kind: c.oneOf(['false-alarm', 'false-alarm', 'peer-leaves']), router: near(c) })],
  [4, (c) => ({ kind: 'stray-report', router: near(c), lateMs: c.between(0, 25_000), copies: c.between(1, 3) })],
  [
    3,
    (c) => ({
      kind: 'old-report',
      router: near(c),
      event: c.oneOf(['peer-left', 'peer-failed']),
      lateMs: c.between(11_000, 120_000),
      fresh: c.happens(0.7),
    }),
  ],
  [1, (c) => ({ kind: 'late-heartbeat', router: near(c), lateMs: c.between(0, 25_000) })],
  [2, (c) => ({ kind: 'witness-report', about: near(c) })],
  [
    1,
    (c) => ({
      kind: 'unauthorized-report',
      as: near(c),
      who: c.oneOf(['other-role', 'user', 'federated', 'other-account', 'other-instance']),
    }),
  ],
  [3, (c) => ({ kind: 'store-down', forMs: spell(c) })],
  [2, (c) => ({ kind: 'store-read-only', forMs: spell(c) })],
  [3, (c) => ({ kind: 'store-loses-answers', calls: c.between(1, 6) })],
  [1, (c) => ({ kind: 'store-writes-late', calls: c.between(1, 3), byMs: c.between(200, 8_000) })],
  [3, (c) => ({ kind: c.oneOf(['ec2-errors', 'ec2-busy']), forMs: spell(c) })],
  [4, (c) => ({ kind: 'ec2-loses-answers', calls: c.between(1, 6) })],
  [2, (c) => ({ kind: 'ec2-writes-late', calls: c.between(1, 3), byMs: c.between(200, 20_000) })],
  [4, (c) => ({ kind: 'stale-reads', forMs: spell(c) })],
  [2, (c) => ({ kind: 'ec2-events-late', byMs: c.between(5_000, 120_000), copies: c.between(1, 2), forMs: 90_000 })],
  [1, (c) => ({ kind: 'old-ec2-event', router: near(c) })],
  [10, (c) => ({ kind: c.oneOf(['crash', 'crash', 'crash', 'crash-any']), afterSteps: c.between(0, 25) })],
  [2, (c) => ({ kind: c.oneOf(['probe-lost', 'probe-twice']) })],
  [1, (c) => ({ kind: 'probe-late', byMs: c.between(5_000, 59_000) })],
  [7, (c) => ({ kind: 'switchover', to: c.oneOf(['a', 'b']), overrides: OVERRIDES.filter(() => c.happens(0.5)) })],
  [4, (c) => ({ kind: 'pause', forMs: c.oneOf([15_000, 60_000, 600_000]) })],
  [2, () => ({ kind: 'resume' })],
  [2, (c) => ({ kind: 'maintenance', router: near(c), on: c.happens(0.6) })],
  [
    4,
    (c) => ({
      kind: 'operator-during-run',
      action: c.oneOf(['pause', 'maintenance', 'switchover']),
      afterSteps: c.between(0, 14),
    }),
  ],
];

function drawOf(choices: Weighted, chance: Chance): Fault {
  let left = chance.number() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, draw] of choices) {
    left -= weight;
    if (left < 0) return draw(chance);
  }
  return { kind: 'resume' };
}
