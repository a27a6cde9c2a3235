import { routerAt } from '#simulator/sites.ts';
import type { Invariant } from './invariant.ts';

/** A call may be on its way out when the word is spoken. */
const ON_ITS_WAY_MS = 100;

export const wordInForce: Invariant = {
  name: 'word-in-force',
  holds:
    'a pause or a maintenance that a person was told is in force stops a run that is under way before its next call',
  watch: (site) => ({
    issued: (run, call) => {
      const now = site.world.time.now();
      const { request } = run;
      if (site.bypasses(run) || run.storeFailed > 0) return undefined;
      const { pause } = site;
      const skips = request.kind === 'operator' && request.overrides.includes('paused');
      if (pause !== undefined && !skips && now >= pause.toldAt + ON_ITS_WAY_MS && now < pause.until)
        return `${run.id} moves a route ${now - pause.toldAt} ms after a person was told that the site is paused`;
      const to = routerAt(String(call.input['NetworkInterfaceId']));
      const since = to && site.maintenance.get(to.key);
      if (to === undefined || since === undefined || now < since + ON_ITS_WAY_MS) return undefined;
      return `${run.id} moves a route to ${to.name} ${now - since} ms after a person was told that it gets none`;
    },
  }),
};
