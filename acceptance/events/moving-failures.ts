import { type RunContext, StepFailed } from '../run-context.ts';
import { readSite } from '../site-state.ts';
import { type GameDay, runOn } from './game-day.ts';

/** The probe's second round, and what it waits for. */
const MOVED_WITHIN_MS = 5 * 60_000;
/** A reboot may end before the routes move. */
const REBOOT_MS = 60_000;
const STOPPED_WITHIN_MS = 10 * 60_000;
const POLL_MS = 10_000;

/** Failures of the owner. In this order: only a certain failure moves routes soon after another failover. */
export const MOVING_FAILURES: readonly GameDay[] = [
  {
    kind: 'frr',
    what: 'FRR of the owner stops for good',
    mustMove: true,
    of: 'owner',
    async fail(owner, run) {
      const { epoch } = await readSite(owner.site, run);
      await runOn(owner, 'systemctl stop frr', run);
      return untilMoved(owner.site, epoch, run);
    },
    // VyOS writes FRR's configuration when it boots.
    repair: ({ instance, region }, { ports }) => ports.cloud.rebootInstance(region, instance),
  },
  {
    kind: 'reboot',
    what: 'the owner reboots',
    mustMove: false,
    of: 'owner',
    async fail({ instance, region }, { ports, signal }) {
      await ports.cloud.rebootInstance(region, instance);
      await ports.sleep(REBOOT_MS, signal);
      return undefined;
    },
    repair: () => Promise.resolve(),
  },
  {
    kind: 'stop',
    what: 'the instance of the owner is stopped',
    mustMove: true,
    of: 'owner',
    async fail({ instance, region, site }, run) {
      const { epoch } = await readSite(site, run);
      await run.ports.cloud.stopInstance(region, instance);
      return untilMoved(site, epoch, run);
    },
    async repair({ instance, region }, { ports, signal }) {
      const until = ports.now() + STOPPED_WITHIN_MS;
      while ((await ports.cloud.instanceState(region, instance, signal)) !== 'stopped') {
        if (ports.now() >= until) throw new StepFailed(`${instance} is not stopped after 10 minutes`);
        await ports.sleep(POLL_MS, signal);
      }
      await ports.cloud.startInstance(region, instance);
    },
  },
];

/** Waits for the routes; that they do not move is recorded, and no reason to stop. */
async function untilMoved(site: string, epoch: number, run: RunContext): Promise<undefined> {
  const { ports, signal } = run;
  const until = ports.now() + MOVED_WITHIN_MS;
  while (ports.now() < until && (await readSite(site, run)).epoch === epoch) await ports.sleep(POLL_MS, signal);
}
