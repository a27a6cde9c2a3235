import { PROBE_FRESH_MS } from '#failover/limits.ts';
import { duration } from '../../output/time.ts';
import type { Check } from '../check.ts';

/** Without rounds of the probe no router stays proven fit. */
export const probeMissing: Check = {
  id: 'probe-missing',
  severity: 'degraded',
  readsTable: true,
  check({ view, observation: { stored, at } }) {
    const newest = stored.probes.at(-1)?.at;
    if (newest !== undefined && at - newest <= 2 * PROBE_FRESH_MS) return { found: [] };
    const says =
      newest === undefined
        ? 'health-probe has completed no round yet'
        : `health-probe completed its last round ${duration(at - newest)} ago, and runs every minute`;
    const remedy = 'See the log of the health-probe function, and that its EventBridge rule is enabled.';
    return { found: [{ where: view.name, says, remedy }] };
  },
};
