import { randomUUID } from 'node:crypto';
import type { Account, ShellFixture } from '#emulator/account.ts';
import type { Clock, PublishEvent, PutMetric, Service } from '#emulator/service.ts';
import { actions } from './actions.ts';
import { dryRunOperation, missingParameter, unknownAction } from './errors.ts';
import { statesOf } from './fixture.ts';
import { anyResource } from './iam.ts';
import { type GuestListener, Lifecycle, type LifecycleTimes, usualTimes } from './lifecycle.ts';
import { type NextHop, nextHopIn } from './next-hop.ts';
import { Parameters } from './parameters.ts';
import type { RegionState, Tags } from './state.ts';
import { Store } from './store.ts';
import { awsLimits, Throttle, type ThrottleLimits } from './throttle.ts';
import { decodeForm, xmlError, xmlResponse } from './wire.ts';

export interface Ec2Options {
  readonly account: Account;
  readonly clock: Clock;
  /** Gets `EC2 Instance State-change Notification`. */
  readonly publish: PublishEvent;
  /** Default: AWS's token buckets. */
  readonly throttle?: ThrottleLimits | 'off';
  /** How long a write stays unseen by Describes, ms. Default 0. */
  readonly consistencyMs?: number;
  /** Default: `usualTimes`. */
  readonly times?: Partial<LifecycleTimes>;
}

/** An instance from the inside: its programs, and whether its guest answers. */
export interface Guest {
  readonly instance: string;
  readonly region: string;
  /** EC2's state name, e.g. `running`. */
  readonly state: string;
  /** False while stopped, hung, rebooting or not yet booted. */
  readonly responsive: boolean;
  readonly tags: Tags;
  readonly role: string | undefined;
  readonly address: string | undefined;
  /** Undefined: no SSM agent. */
  readonly shell: ShellFixture | undefined;
}

/** What Run Command, the metadata service and the demo see of instances. */
export interface Guests {
  find(region: string, instance: string): Guest | undefined;
  list(region: string): Guest[];
  /** Called whenever a guest stops or begins to answer. */
  onChange(listener: GuestListener): void;
}

/** EC2 of all the account's regions. */
export interface Ec2 {
  readonly service: Service;
  readonly guests: Guests;
  /** Acts without an API call; each throws `InvalidInstanceID.NotFound`. */
  readonly lifecycle: Lifecycle;
  /** Where a packet goes, by the truth of this moment. Undefined: no route. */
  nextHop(region: string, routeTableId: string, destinationAddress: string): NextHop | undefined;
  /** The region as it is. */
  state(region: string): RegionState;
  /** Puts `AWS/EC2` StatusCheckFailed, …_Instance and …_System of every running instance; AWS does so every minute. */
  putStatusChecks(put: PutMetric): void;
}

/** Throws `Error` with every mistake of the account fixture. */
export function createEc2(options: Ec2Options): Ec2 {
  const { account, clock } = options;
  const store = new Store(statesOf(account, clock.now()), clock, options.consistencyMs ?? 0);
  const lifecycle = new Lifecycle(store, clock, { ...usualTimes, ...options.times }, options.publish);
  return {
    service: serviceOf(store, lifecycle, new Throttle(options.throttle ?? awsLimits, clock)),
    guests: guestsOf(account, store, lifecycle),
    lifecycle,
    nextHop: (region, table, address) => nextHopIn(store.current(region), table, address),
    state: (region) => store.current(region),
    putStatusChecks: (put) => {
      for (const region of store.regions) putStatusChecks(store.current(region), put);
    },
  };
}

function serviceOf(store: Store, lifecycle: Lifecycle, throttle: Throttle): Service {
  return {
    signingName: 'ec2',
    deniedCode: 'UnauthorizedOperation',
    throttledCode: 'RequestLimitExceeded',
    parse({ body, query, region }) {
      const input = decodeForm(body.length > 0 ? body.toString() : query.toString());
      const { Action: name, Version: _version, ...rest } = input;
      if (typeof name !== 'string') throw missingParameter('Action');
      const parameters = new Parameters(rest);
      const state = store.current(region);
      const resources = actionNamed(name).resources?.(parameters, state) ?? anyResource(state);
      return { action: `ec2:${name}`, resources, input: rest };
    },
    admit({ action: iamAction, input }, { region }) {
      const name = iamAction.slice('ec2:'.length);
      throttle.take(region, name, actionNamed(name), new Parameters(input));
    },
    async run({ action: iamAction, input, staleReads }, { region }) {
      const name = iamAction.slice('ec2:'.length);
      const action = actionNamed(name);
      const parameters = new Parameters(input);
      const dryRun = parameters.flag('DryRun') === true;
      if (action.kind === 'read') {
        if (dryRun) throw dryRunOperation();
        return xmlResponse(name, action.run(parameters, store.seen(region, staleReads ?? false)), randomUUID());
      }
      action.precheck(parameters);
      if (dryRun) throw dryRunOperation();
      const { output, state } = action.run(parameters, store.current(region), { lifecycle });
      if (state !== undefined) store.write(region, state);
      return xmlResponse(name, output, randomUUID());
    },
    renderError: (error) => xmlError(error, randomUUID()),
  };
}

function actionNamed(name: string) {
  const action = actions.get(name);
  if (action === undefined) throw unknownAction(name);
  return action;
}

function guestsOf(account: Account, store: Store, lifecycle: Lifecycle): Guests {
  const shellOf = (region: string, id: string) =>
    account.regions[region]?.instances.find((each) => each.id === id)?.shell;
  const list = (region: string): Guest[] => {
    const { instances, interfaces } = store.current(region);
    return [...instances.values()].map(({ id, state, responsive, tags, role }) => {
      const primary = [...interfaces.values()].find(
        ({ attachment }) => attachment?.instance === id && attachment.deviceIndex === 0,
      );
      return {
        instance: id,
        region,
        state,
        responsive,
        tags,
        role,
        address: primary?.address,
        shell: shellOf(region, id),
      };
    });
  };
  return {
    list,
    find: (region, id) => list(region).find(({ instance }) => instance === id),
    onChange: (listener) => lifecycle.onGuest(listener),
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html#status-check-metrics */
function putStatusChecks({ region, instances }: RegionState, put: PutMetric): void {
  for (const { id, state, check, volumesImpairedSince } of instances.values()) {
    if (state !== 'running' || (check !== 'ok' && check !== 'impaired')) continue;
    const guest = check === 'impaired' ? 1 : 0;
    const volumes = volumesImpairedSince === undefined ? 0 : 1;
    const values = {
      StatusCheckFailed: Math.max(guest, volumes),
      StatusCheckFailed_Instance: guest,
      StatusCheckFailed_System: 0,
      StatusCheckFailed_AttachedEBS: volumes,
    };
    for (const [name, value] of Object.entries(values)) {
      put({ region, namespace: 'AWS/EC2', name, value, dimensions: { InstanceId: id } });
    }
  }
}
