import type { Invariant } from './invariant.ts';

export const pause: Invariant = {
  name: 'pause',
  holds:
    'a run that began to ask the store after a person was told of a pause moves nothing; by what people were told, not by what the store says',
  watch: (site) => ({
    issued: (run) => {
      const { evidence, request } = run;
      const known = site.pause;
      if (evidence.blind || known === undefined) return undefined;
      if (request.kind === 'operator' && request.overrides.includes('paused')) return undefined;
      const inForce = known.toldAt < evidence.askedAt && evidence.completeAt < known.until;
      return inForce ? `${run.id} moves routes although the site is paused` : undefined;
    },
  }),
};
