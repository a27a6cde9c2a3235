import type { Invariant } from './invariant.ts';

export const storeDown: Invariant = {
  name: 'store-down',
  holds: "without the store a person's call goes out only if that rule was set aside by its name",
  watch: (site) => ({
    issued: (run) => {
      const { request } = run;
      if (request.kind !== 'operator' || !site.bypasses(run)) return undefined;
      if (request.overrides.includes('memory-unreachable')) return undefined;
      return `${run.id} moves routes without the store, and nobody set that aside`;
    },
  }),
};
