import { type Line, line } from '../line.ts';
import type { RouterModel } from '../router-model.ts';

export function staticRoutes({ staticRoutes: routes }: RouterModel): Line[] {
  return routes.map(({ prefix, nextHop }) =>
    nextHop === undefined
      ? line`protocols static route ${prefix} blackhole distance 254`
      : line`protocols static route ${prefix} next-hop ${nextHop}`,
  );
}
