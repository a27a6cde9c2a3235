import type { Clock, PublishEvent } from '#emulator/service.ts';
import { healthEvent, rebalanceRecommendation, SPOT_WARNING_MS, spotWarning } from './announced.ts';
import { arnOf } from './arn.ts';
import type { GuestEvent, GuestEventListener, GuestListener } from './guest-events.ts';
import { existing } from './ids.ts';
import type { LifecycleTimes } from './lifecycle-times.ts';
import type { Instance, PowerState, ScheduledEvent } from './model/instances.ts';
import { withoutInterface } from './operations/network-interface.ts';
import { replaced } from './state.ts';
import type { Store } from './store.ts';

/** State changes of instances over time. Every method throws `InvalidInstanceID.…`. */
export class Lifecycle {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #times: LifecycleTimes;
  readonly #publish: PublishEvent;
  readonly #listeners = new Set<GuestListener>();
  readonly #eventListeners = new Set<GuestEventListener>();
  readonly #powerListeners = new Set<() => void>();
  /** A later act on the same instance makes the steps of the earlier one void. */
  readonly #acts = new Map<string, number>();

  constructor(store: Store, clock: Clock, times: LifecycleTimes, publish: PublishEvent) {
    this.#store = store;
    this.#clock = clock;
    this.#times = times;
    this.#publish = publish;
  }

  onGuest(listener: GuestListener): void {
    this.#listeners.add(listener);
  }

  onGuestEvent(listener: GuestEventListener): void {
    this.#eventListeners.add(listener);
  }

  /** Resolves when the instance is in `state`, or terminated. */
  async reached(region: string, id: string, state: PowerState): Promise<void> {
    for (;;) {
      const { state: current } = this.find(region, id);
      if (current === state || current === 'terminated') return;
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          this.#powerListeners.delete(listener);
          resolve();
        };
        this.#powerListeners.add(listener);
      });
    }
  }

  find(region: string, id: string): Instance {
    return existing('i', id, this.#store.current(region).instances);
  }

  /** An instance that was just launched, and is `pending`. */
  launch(region: string, id: string): void {
    this.#up(region, id);
  }

  /** From `stopped`; a no-op in any other state. */
  start(region: string, id: string): void {
    if (this.find(region, id).state === 'stopped') this.#up(region, id);
  }

  /** The guest is gone at once; `stopped`, and with it `blackhole`, comes later. A no-op unless pending or running. */
  stop(region: string, id: string): void {
    this.#down(region, id, {
      from: ['pending', 'running'],
      via: 'stopping',
      to: 'stopped',
      ms: this.#times.stoppingMs,
    });
  }

  /** For good. Its interfaces are detached when it is `terminated`; those of DeleteOnTermination are deleted. */
  terminate(region: string, id: string): void {
    const from: PowerState[] = ['pending', 'running', 'stopping', 'stopped'];
    this.#down(region, id, { from, via: 'shutting-down', to: 'terminated', ms: this.#times.shuttingDownMs });
  }

  /** The guest is silent for a while, then healthy. The instance stays `running`, and no event is sent. */
  reboot(region: string, id: string): void {
    if (this.find(region, id).state !== 'running') return;
    const after = this.#begin(region, id);
    this.#change(region, id, { responsive: false });
    this.#report(region, id, 'halt');
    after(this.#times.rebootMs, () => {
      this.#change(region, id, { responsive: true, check: 'ok', impairedSince: undefined });
      this.#report(region, id, 'boot');
    });
  }

  /** The guest hangs and the instance stays `running`; the status check fails later. */
  hang(region: string, id: string): void {
    const after = this.#begin(region, id);
    this.#change(region, id, { responsive: false });
    this.#report(region, id, 'freeze');
    after(this.#times.statusCheckMs, () => this.impair(region, id));
  }

  /** The status check fails, or has insufficient data, from now on, independent of the guest. */
  impair(region: string, id: string, check: 'impaired' | 'insufficient-data' = 'impaired'): void {
    this.#change(region, id, { check, impairedSince: check === 'impaired' ? this.#clock.now() : undefined });
  }

  /** The attached-EBS status check fails from now on: the instance cannot use its volumes. Its guest may well answer. */
  impairVolumes(region: string, id: string): void {
    this.#change(region, id, { volumesImpairedSince: this.#clock.now() });
  }

  /** AWS announces what it is going to do to the instance, and by the same id how that ended. It does nothing by itself. */
  schedule(region: string, id: string, event: ScheduledEvent): void {
    const others = this.find(region, id).scheduledEvents.filter((each) => each.id !== event.id);
    this.#change(region, id, { scheduledEvents: [...others, event] });
    this.#publish(healthEvent(region, id, event));
  }

  /** EC2 interrupts a spot instance: it sends the warning, and terminates the instance two minutes later. */
  interrupt(region: string, id: string): void {
    this.#publish(spotWarning(region, this.#arn(region, id), id));
    void this.#clock.sleep(SPOT_WARNING_MS).then(() => this.terminate(region, id));
  }

  /** EC2 recommends a rebalance: the spot instance may soon be interrupted. */
  recommendRebalance(region: string, id: string): void {
    this.#publish(rebalanceRecommendation(region, this.#arn(region, id), id));
  }

  /** Ends `hang`, `impair` and `impairVolumes`. */
  recover(region: string, id: string): void {
    const { responsive: answered } = this.find(region, id);
    this.#begin(region, id);
    this.#change(region, id, {
      responsive: true,
      check: 'ok',
      impairedSince: undefined,
      volumesImpairedSince: undefined,
    });
    if (!answered) this.#report(region, id, 'resume');
  }

  #up(region: string, id: string): void {
    const after = this.#begin(region, id);
    this.#power(region, id, 'pending', { launchedAt: this.#clock.now() });
    after(this.#times.pendingMs, () => {
      this.#power(region, id, 'running', { check: 'initializing' });
      after(this.#times.bootMs, () => {
        this.#change(region, id, { responsive: true });
        this.#report(region, id, 'boot');
      });
      after(this.#times.initializingMs, () => this.#change(region, id, { check: 'ok' }));
    });
  }

  #down(
    region: string,
    id: string,
    { from, via, to, ms }: { from: readonly PowerState[]; via: PowerState; to: 'stopped' | 'terminated'; ms: number },
  ): void {
    if (!from.includes(this.find(region, id).state)) return;
    const after = this.#begin(region, id);
    this.#power(region, id, via, { responsive: false });
    this.#report(region, id, to === 'terminated' ? 'terminate' : 'halt');
    after(ms, () => {
      if (to === 'terminated') this.#detachAll(region, id);
      this.#power(region, id, to, { check: 'not-applicable', impairedSince: undefined });
    });
  }

  #begin(region: string, id: string): (ms: number, step: () => void) => void {
    const key = `${region}/${this.find(region, id).id}`;
    const act = (this.#acts.get(key) ?? 0) + 1;
    this.#acts.set(key, act);
    const stillThis = () => this.#acts.get(key) === act;
    return (ms, step) => {
      void this.#clock.sleep(ms).then(() => stillThis() && step());
    };
  }

  #power(region: string, id: string, state: PowerState, change: Partial<Instance>): void {
    this.#change(region, id, { ...change, state });
    this.#publish({
      region,
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      detail: { 'instance-id': id, state },
      resources: [this.#arn(region, id)],
    });
    for (const listener of this.#powerListeners) listener();
  }

  #report(region: string, instance: string, event: GuestEvent): void {
    for (const listener of this.#eventListeners) listener({ region, instance, event });
  }

  #arn(region: string, id: string): string {
    return arnOf(this.#store.current(region), 'instance', this.find(region, id).id);
  }

  #change(region: string, id: string, change: Partial<Instance>): void {
    const before = this.find(region, id);
    const state = this.#store.current(region);
    const after = { ...before, ...change };
    this.#store.write(region, { ...state, instances: replaced(state.instances, id, after) });
    if (before.responsive === after.responsive) return;
    for (const listener of this.#listeners) listener({ region, instance: id, responsive: after.responsive });
  }

  #detachAll(region: string, id: string): void {
    let state = this.#store.current(region);
    for (const each of state.interfaces.values()) {
      if (each.attachment?.instance !== id) continue;
      const detached = { ...each, attachment: undefined };
      state = { ...state, interfaces: replaced(state.interfaces, each.id, detached) };
      if (each.attachment.deleteOnTermination) state = withoutInterface(each.id, state);
    }
    this.#store.write(region, state);
  }
}
