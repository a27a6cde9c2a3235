import type { CommandEnd } from '#aws/run-command.ts';
import { ALARMS, type AlarmDefinition, type AlarmName } from '#contracts/alarms.ts';
import { type AlarmRule, type AlarmState, evaluate } from '#emulator/cloudwatch/evaluate.ts';
import type { Trigger } from '#failover/trigger.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { SITE, UP } from '../failover/situation.ts';
import { FakeWorld } from '../functions/fakes.ts';
import { MINUTE, Notified } from './notified.ts';

const ANSWERS: CommandEnd = { kind: 'answered', output: JSON.stringify(UP) };
export const SILENT: CommandEnd = { kind: 'silent', why: 'no answer within 10 s' };

/** What both routers answer to the probe. Default: well. */
export interface Minute {
  readonly active?: CommandEnd;
  readonly standby?: CommandEnd;
}

interface Watched {
  readonly name: AlarmName;
  readonly router?: string;
  state: AlarmState;
}

/**
 * A site on a virtual clock: the real probe, swap and notifier, with CloudWatch's evaluation of the alarms on their metrics. `before`
 * counts what the topic got of it when every event and every rising alarm was a message.
 */
export class PlayedSite {
  readonly world = new FakeWorld();
  readonly notified = new Notified();
  before = 0;
  readonly #samples = new Map<string, { at: number; value: number }[]>();
  readonly #alarms: Watched[] = Object.entries(ALARMS).flatMap(([name, { watches }]: [string, AlarmDefinition]) => {
    const alarm = { name: name as AlarmName, state: 'OK' } as const;
    if (watches.of === 'router')
      return Object.values(SITE.routers).map((router) => ({ ...alarm, router: router.name }));
    return watches.of === 'site' ? [alarm] : [];
  });
  #since = this.world.now;
  #announced = 0;
  #runs = 0;

  get messages(): number {
    return this.notified.messages.length;
  }

  /** Rounds of the probe, one a minute. */
  async minutes(minutes: readonly Minute[]): Promise<void> {
    for (const minute of minutes) await this.#minute(minute);
  }

  times(count: number, minute: (index: number) => Minute): Promise<void> {
    return this.minutes(Array.from({ length: count }, (_, index) => minute(index)));
  }

  /** Any other trigger of a swap. */
  async trigger(trigger: Trigger): Promise<void> {
    this.#runs += 1;
    await swapRoutes(trigger, this.#tools({}));
    this.#deliver();
  }

  /** EC2 stops a router, or starts it. */
  async power(router: 'tokyo-1' | 'tokyo-2', state: 'stopped' | 'running'): Promise<void> {
    const { world } = this;
    const facts = world.ec2[router];
    if (facts === undefined) throw new Error(`There is no router ${router}.`);
    world.ec2 = { ...world.ec2, [router]: { ...facts, instance: state } };
    const { instance } = router === 'tokyo-1' ? SITE.routers.active : SITE.routers.standby;
    if (state === 'stopped')
      await this.trigger({ kind: 'ec2', id: `ec2-${router}-${world.now}`, instance, state, at: world.now });
  }

  async #minute(minute: Minute): Promise<void> {
    const { world } = this;
    this.#runs += 1;
    const askRouteSwap = (request: { readonly action: string; readonly id?: string }) =>
      request.action === 'rehearse'
        ? rehearse(this.#tools(minute))
        : swapRoutes({ kind: 'probe', id: request.id ?? 'probe' }, this.#tools(minute));
    await probeSite({ ...this.#tools(minute), turn: `turn-${world.now}`, askRouteSwap });
    this.#deliver();
    world.now += MINUTE;
    this.#judge();
    this.notified.now = world.now;
    this.notified.probe = { health: world.stored.health, lastRoundAt: world.stored.probes.at(-1)?.at };
    this.notified.tick();
  }

  #tools({ active = ANSWERS, standby = ANSWERS }: Minute) {
    const count = (name: string, value: number, router = '') => {
      const key = `${name} ${router}`;
      const samples = [...(this.#samples.get(key) ?? []), { at: this.world.now, value }];
      this.#samples.set(
        key,
        samples.filter(({ at }) => this.world.now - at < 15 * MINUTE),
      );
    };
    return this.world.tools({
      run: `run-${this.#runs}`,
      deadline: this.world.now + 10_000,
      readBgp: ({ name }: { readonly name: string }) => Promise.resolve(name === 'tokyo-1' ? active : standby),
      metric: (name: string, value: number) => count(name, value),
      routerMetric: (name: string, value: number, router: string) => count(name, value, router),
    });
  }

  #deliver(): void {
    this.notified.now = this.world.now;
    for (const { type, detail } of this.world.announced.slice(this.#announced)) {
      this.before += 1;
      this.notified.announce(type as 'Config Pushed', detail);
    }
    this.#announced = this.world.announced.length;
  }

  #judge(): void {
    this.notified.now = this.world.now;
    for (const alarm of this.#alarms) {
      const { watches, ...of }: AlarmDefinition = ALARMS[alarm.name];
      if (watches.of !== 'site' && watches.of !== 'router') continue;
      const samples = this.#samples.get(`${watches.metric} ${alarm.router ?? ''}`) ?? [];
      const now = { now: this.world.now, since: this.#since, previous: alarm.state };
      const { state } = evaluate(ruleOf(of), samples, now);
      if (state === alarm.state) continue;
      alarm.state = state;
      if (state === 'ALARM') this.before += 1;
      this.notified.alarm(alarm.name, state, alarm.router);
    }
  }
}

function ruleOf(of: Omit<AlarmDefinition, 'watches'>): AlarmRule {
  const periods = of.periods ?? 1;
  return {
    periodMs: MINUTE,
    statistic: of.statistic ?? 'Sum',
    threshold: of.threshold ?? 1,
    comparison: of.rises === 'below' ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
    evaluationPeriods: periods,
    datapointsToAlarm: periods,
    treatMissingData: of.missing ?? 'notBreaching',
  };
}
