import type { Invariant } from './invariant.ts';

export const mode: Invariant = {
  name: 'mode',
  holds: 'no call is made that the mode forbids, unless an operator named the override',
  watch: (site) => ({
    issued: ({ id, request }) => {
      const { mode: is } = site.world.site.policy;
      if (is === 'automatic' || (request.kind === 'operator' && request.overrides.includes(`mode-${is}`)))
        return undefined;
      return `${id} moves routes although the mode is ${is}`;
    },
  }),
};
