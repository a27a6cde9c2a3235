import { routerAt } from '#simulator/sites.ts';
import type { Invariant } from './invariant.ts';

/** A call may already be under way when the pause is confirmed. */
const ON_ITS_WAY_MS = 100;

export const pauseStopsRuns: Invariant = {
  name: 'pause-stops-runs',
  holds: 'a confirmed pause or maintenance stops a run in progress before its next call',
  watch: (site) => ({
    issued: (run, call) => {
      const now = site.world.time.now();
      const { request } = run;
      if (site.bypasses(run) || run.storeFailed > 0) return undefined;
      const { pause } = site;
      const skips = request.kind === 'operator' && request.overrides.includes('paused');
      if (pause !== undefined && !skips && now >= pause.announcedAt + ON_ITS_WAY_MS && now < pause.until)
        return `${run.id} moves a route ${now - pause.announcedAt} ms after the pause was confirmed`;
      const to = routerAt(String(call.input['NetworkInterfaceId']));
      const since = to && site.maintenance.get(to.key);
      if (to === undefined || since === undefined || now < since + ON_ITS_WAY_MS) return undefined;
      return `${run.id} moves a route to ${to.name} ${now - since} ms after its maintenance was confirmed`;
    },
  }),
};
