import type { Invariant } from './invariant.ts';

export const storeDown: Invariant = {
  name: 'store-down',
  holds: "without the store, an operator's call is made only if the operator named that override",
  watch: (site) => ({
    issued: (run) => {
      const { request } = run;
      if (request.kind !== 'operator' || !site.bypasses(run)) return undefined;
      if (request.overrides.includes('memory-unreachable')) return undefined;
      return `${run.id} moves routes without the store, and no operator overrode that`;
    },
  }),
};
