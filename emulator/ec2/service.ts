import { randomUUID } from 'node:crypto';
import type { Account } from '#emulator/account.ts';
import type { Clock, PublishEvent, PutMetric, Service } from '#emulator/service.ts';
import { actions } from './actions.ts';
import { dryRunOperation, missingParameter, unknownAction } from './errors.ts';
import { statesOf } from './fixture.ts';
import { createGuests, type Guests } from './guests.ts';
import { anyResource } from './iam.ts';
import { Lifecycle } from './lifecycle.ts';
import { type LifecycleTimes, usualTimes } from './lifecycle-times.ts';
import { type NextHop, nextHopIn } from './next-hop.ts';
import type { Operation } from './operation.ts';
import { OperationContexts } from './operation-context.ts';
import { isAllowed, type Packet } from './packet-filter.ts';
import { Parameters } from './parameters.ts';
import type { RegionState } from './state.ts';
import { putStatusChecks } from './status-metrics.ts';
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
  /** ARN of the role in an instance profile; undefined: there is no such profile. Default: there is none. */
  readonly roleOfProfile?: (profile: string) => string | undefined;
  /** Value of an SSM parameter; undefined: there is none. Default: there is none. */
  readonly parameter?: (region: string, name: string) => string | undefined;
}

/** EC2 of all the account's regions. */
export interface Ec2 {
  readonly service: Service;
  readonly guests: Guests;
  /** Acts without an API call; each throws `InvalidInstanceID.NotFound`. */
  readonly lifecycle: Lifecycle;
  /** Where a packet goes, by the truth of this moment. Undefined: no route. */
  nextHop(region: string, routeTableId: string, destinationAddress: string): NextHop | undefined;
  /** Whether security groups let the first packet of a flow through. */
  isAllowed(region: string, packet: Packet): boolean;
  /** The region as it is. */
  state(region: string): RegionState;
  /** Calls `listener` after each change of a region's state; returns the function that ends it. */
  onChange(listener: (region: string) => void): () => void;
  /** Names of the account's regions. */
  readonly regions: readonly string[];
  /** Changes the region without an API call, as CloudFormation does. Throws `AwsError`, with nothing changed. */
  perform<T>(region: string, operation: Operation<T>): T;
  /** Puts `AWS/EC2` StatusCheckFailed, …_Instance and …_System of every running instance; AWS does so every minute. */
  putStatusChecks(put: PutMetric): void;
}

/** Throws `Error` with every mistake of the account fixture. */
export function createEc2(options: Ec2Options): Ec2 {
  const { account, clock, roleOfProfile = () => undefined, parameter = () => undefined } = options;
  const store = new Store(statesOf(account, clock.now()), clock, options.consistencyMs ?? 0);
  const lifecycle = new Lifecycle(store, clock, { ...usualTimes, ...options.times }, options.publish);
  const contexts = new OperationContexts(store, clock, {
    hasProfile: (name) => roleOfProfile(name) !== undefined,
    parameter,
  });
  return {
    service: serviceOf(store, lifecycle, contexts, new Throttle(options.throttle ?? awsLimits, clock)),
    guests: createGuests(account, store, lifecycle, roleOfProfile),
    lifecycle,
    nextHop: (region, table, address) => nextHopIn(store.current(region), table, address),
    isAllowed: (region, packet) => isAllowed(store.current(region), packet),
    state: (region) => store.current(region),
    onChange: (listener) => store.onWrite(listener),
    regions: store.regions,
    perform(region, operation) {
      const { state, result } = operation(store.current(region), contexts.of(region));
      store.write(region, state);
      return result;
    },
    putStatusChecks: (put) => {
      for (const region of store.regions) putStatusChecks(store.current(region), put);
    },
  };
}

function serviceOf(store: Store, lifecycle: Lifecycle, contexts: OperationContexts, throttle: Throttle): Service {
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
      const context = { lifecycle, operation: contexts.of(region) };
      const { output, state } = action.run(parameters, store.current(region), context);
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
