import type { Invariant } from './invariant.ts';

export const pause: Invariant = {
  name: 'pause',
  holds:
    "a run that read the store after an operator got the confirmation of a pause moves nothing; the operator's answer counts, not the content of the store",
  watch: (site) => ({
    issued: (run) => {
      const { evidence, request } = run;
      const known = site.pause;
      if (evidence.withoutStore || known === undefined) return undefined;
      if (request.kind === 'operator' && request.overrides.includes('paused')) return undefined;
      const inForce = known.announcedAt < evidence.storeAskedAt && evidence.completeAt < known.until;
      return inForce ? `${run.id} moves routes although the site is paused` : undefined;
    },
  }),
};
