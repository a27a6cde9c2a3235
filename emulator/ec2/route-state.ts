import type { Instance } from './model/instances.ts';
import type { Route } from './model/routes.ts';
import type { RegionState } from './state.ts';

/** The instance that the route's interface is attached to. */
export function ownerOf({ target }: Route, state: RegionState): Instance | undefined {
  const attachment = state.interfaces.get(target)?.attachment;
  return attachment && state.instances.get(attachment.instance);
}

/**
 * `blackhole`: the target is not available, that is the internet gateway is detached, the interface is gone, detached, or its instance is
 * stopped or terminated. While an instance is still `stopping` its routes stay `active`: https://github.com/bobtfish/AWSnycast/issues/21. A
 * hung guest is `active` too: EC2 does not see inside the guest.
 */
export function routeState(route: Route, state: RegionState): 'active' | 'blackhole' {
  if (route.target.startsWith('igw-'))
    return state.gateways.get(route.target)?.vpc === undefined ? 'blackhole' : 'active';
  if (!route.target.startsWith('eni-')) return 'active';
  const owner = ownerOf(route, state);
  return owner === undefined || owner.state === 'stopped' || owner.state === 'terminated' ? 'blackhole' : 'active';
}
