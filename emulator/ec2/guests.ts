import type { Account, ShellFixture } from '#emulator/account.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { GuestEventListener, GuestListener } from './guest-events.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Instance } from './model/instances.ts';
import type { MetadataSettings } from './model/launch-templates.ts';
import type { Tags } from './model/tags.ts';
import type { RegionState } from './state.ts';
import type { Store } from './store.ts';

/** An instance from the inside: its programs, and whether its guest answers. */
export interface Guest {
  readonly instance: string;
  readonly region: string;
  /** EC2's state name, e.g. `running`. */
  readonly state: string;
  /** False while stopped, hung, rebooting or not yet booted. */
  readonly responsive: boolean;
  readonly tags: Tags;
  /** ARN of its role. */
  readonly role: string | undefined;
  readonly address: string | undefined;
  /** Availability Zone. */
  readonly zone: string;
  readonly type: string;
  /** Base64. */
  readonly userData: string | undefined;
  readonly metadata: MetadataSettings;
  /** Undefined: no SSM agent. */
  readonly shell: ShellFixture | undefined;
}

/** What Run Command, the metadata service and the demo see of instances. */
export interface Guests {
  find(region: string, instance: string): Guest | undefined;
  list(region: string): Guest[];
  /** Called whenever a guest stops or begins to answer. */
  onChange(listener: GuestListener): void;
  /** Called for every boot and every end of a guest. */
  onEvent(listener: GuestEventListener): void;
  /** Where the programs of a launched instance are; undefined: it has no SSM agent. */
  setShell(region: string, instance: string, shell: ShellFixture | undefined): void;
}

/** @param roleOfProfile ARN of the role in an instance profile */
export function createGuests(
  account: Account,
  store: Store,
  lifecycle: Lifecycle,
  roleOfProfile: (profile: string) => string | undefined,
): Guests {
  const shells = new Map<string, ShellFixture | undefined>();
  for (const [region, { instances }] of Object.entries(account.regions)) {
    for (const { id, shell } of instances) shells.set(`${region}/${id}`, shell);
  }
  const guestOf = (instance: Instance, state: RegionState): Guest => ({
    instance: instance.id,
    region: state.region,
    state: instance.state,
    responsive: instance.responsive,
    tags: instance.tags,
    role: roleOf(instance, state, roleOfProfile),
    address: primaryAddress(instance, state),
    zone: instance.zone,
    type: instance.type,
    userData: instance.userData,
    metadata: instance.metadata,
    shell: shells.get(`${state.region}/${instance.id}`),
  });
  return {
    list(region) {
      const state = store.current(region);
      return [...state.instances.values()].map((instance) => guestOf(instance, state));
    },
    find(region, id) {
      const state = store.current(region);
      const instance = state.instances.get(id);
      return instance && guestOf(instance, state);
    },
    onChange: (listener) => lifecycle.onGuest(listener),
    onEvent: (listener) => lifecycle.onGuestEvent(listener),
    setShell: (region, instance, shell) => void shells.set(`${region}/${instance}`, shell),
  };
}

/** The account fixture names roles, and their profiles have the same names. */
function roleOf(
  { profile, image }: Instance,
  { region, account }: RegionState,
  roleOfProfile: (profile: string) => string | undefined,
): string | undefined {
  if (profile === undefined) return undefined;
  if (image !== undefined) return roleOfProfile(profile);
  return `arn:${partitionOf(region).name}:iam::${account}:role/${profile}`;
}

function primaryAddress({ id }: Instance, { interfaces }: RegionState): string | undefined {
  for (const { attachment, address } of interfaces.values()) {
    if (attachment?.instance === id && attachment.deviceIndex === 0) return address;
  }
  return undefined;
}
