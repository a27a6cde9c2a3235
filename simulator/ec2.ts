import type { describeRoutes } from '#aws/route-tables.ts';
import type { Account } from '#emulator/account.ts';
import { actions } from '#emulator/ec2/actions.ts';
import { statesOf } from '#emulator/ec2/fixture.ts';
import { Lifecycle } from '#emulator/ec2/lifecycle.ts';
import { usualTimes } from '#emulator/ec2/lifecycle-times.ts';
import { OperationContexts } from '#emulator/ec2/operation-context.ts';
import { Parameters } from '#emulator/ec2/parameters.ts';
import type { RegionState } from '#emulator/ec2/state.ts';
import { Store } from '#emulator/ec2/store.ts';
import { awsLimits, Throttle } from '#emulator/ec2/throttle.ts';
import { AwsError, type Clock, type PublishEvent } from '#emulator/service.ts';
import { asSdkShape, asWireShape } from './sdk-shape.ts';

/** What our adapters take for a client of EC2. */
export type Ec2Client = Parameters_<typeof describeRoutes>[0];
type Parameters_<F extends (...args: never[]) => unknown> = F extends (...args: infer A) => unknown ? A : never;

/** A call on its way. */
export interface Ec2Call {
  /** EC2's action, e.g. `ReplaceRoute`. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The emulator's EC2 in this process, without wire and door: one region's state, throttle and instances. */
export class Ec2 {
  readonly lifecycle: Lifecycle;
  readonly #region: string;
  readonly #store: Store;
  readonly #throttle: Throttle;
  readonly #contexts: OperationContexts;
  readonly #parameters = new Map<string, Parameters>();

  /** @param staleMs how old a stale read is */
  constructor(account: Account, clock: Clock, staleMs: number, publish: PublishEvent) {
    const [region = ''] = Object.keys(account.regions);
    this.#region = region;
    this.#store = new Store(initialStates(account, clock.now()), clock, staleMs);
    this.#throttle = new Throttle(awsLimits, clock);
    this.#contexts = new OperationContexts(this.#store, clock, {
      hasProfile: () => false,
      parameter: () => undefined,
    });
    this.lifecycle = new Lifecycle(this.#store, clock, QUICK_BOOT, publish);
  }

  /** The truth of this moment. */
  state(): RegionState {
    return this.#store.current(this.#region);
  }

  /** Changes the state directly: a manual change or a fault, not a call of the product. */
  change(next: RegionState): void {
    this.#store.write(this.#region, next);
  }

  /**
   * Launches an instance like another one, on an interface.
   *
   * @returns false: the interface is in use, and nothing is launched
   */
  launch(id: string, like: string, eni: string, now: number): boolean {
    const state = this.state();
    const [model, found] = [state.instances.get(like), state.interfaces.get(eni)];
    if (model === undefined || found === undefined || found.attachment !== undefined) return false;
    const instance = {
      ...model,
      id,
      state: 'pending',
      responsive: false,
      scheduledEvents: [],
      launchedAt: now,
    } as const;
    const attachment = { instance: id, deviceIndex: 0, at: now, deleteOnTermination: false };
    this.change({
      ...state,
      interfaces: new Map(state.interfaces).set(eni, { ...found, attachment }),
      instances: new Map(state.instances).set(id, instance),
    });
    this.lifecycle.launch(this.#region, id);
    return true;
  }

  /**
   * Carries a call out, now, and gives the SDK's form of the answer.
   *
   * @throws AwsError as EC2 would refuse
   */
  perform({ name, input }: Ec2Call, stale: boolean): unknown {
    const action = actions.get(name);
    if (action === undefined) throw new Error(`the simulator's EC2 knows no ${name}`);
    const key = JSON.stringify([name, input]);
    const parameters = this.#parametersOf(key, input);
    this.#throttle.take(this.#region, name, action, parameters);
    if (action.kind === 'read') {
      const state = stale ? this.#store.seen(this.#region, false) : this.state();
      return remembered(state, key, () => asSdkShape(action.run(parameters, state)));
    }
    action.precheck(parameters);
    if (parameters.flag('DryRun') === true)
      throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
    const { output, state } = action.run(parameters, this.state(), {
      lifecycle: this.lifecycle,
      operation: this.#contexts.of(this.#region),
    });
    if (state !== undefined) this.#store.write(this.#region, state);
    return asSdkShape(output);
  }

  #parametersOf(key: string, input: Ec2Call['input']): Parameters {
    const known = this.#parameters.get(key);
    if (known !== undefined) return known;
    const parameters = new Parameters(asWireShape(input));
    this.#parameters.set(key, parameters);
    return parameters;
  }

  /** Others in the account use up the bucket of an action. */
  drain(name: string, calls: number): void {
    const action = actions.get(name);
    for (let index = 0; action !== undefined && index < calls; index++) {
      try {
        this.#throttle.take(this.#region, name, action, NO_PARAMETERS);
      } catch {
        return;
      }
    }
  }
}

const NO_PARAMETERS = new Parameters({ InstanceId: ['i-0000000000000000a'] });

/** A schedule spends less time waiting for what is not in question. */
const QUICK_BOOT = { ...usualTimes, bootMs: 8_000, initializingMs: 15_000 };

/** States are never changed in place, so the same question has the same answer. */
const answers = new WeakMap<RegionState, Map<string, unknown>>();

function remembered(state: RegionState, key: string, ask: () => unknown): unknown {
  let known = answers.get(state);
  if (known === undefined) {
    known = new Map();
    answers.set(state, known);
  }
  let answer = known.get(key);
  if (answer === undefined) {
    answer = ask();
    known.set(key, answer);
  }
  return answer;
}

/** Reading a fixture costs more than many a schedule; the states are never changed in place. */
const fixtures = new Map<string, ReadonlyMap<string, RegionState>>();

function initialStates(account: Account, now: number): ReadonlyMap<string, RegionState> {
  const key = JSON.stringify([account, now]);
  const found = fixtures.get(key) ?? statesOf(account, now);
  fixtures.set(key, found);
  return found;
}
