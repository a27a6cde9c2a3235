import { type RunContext, StepFailed } from '../run-context.ts';
import { type RouterInstance, readInstances, readSite, requireDone, untilFit } from '../site-state.ts';
import { type AcceptanceEvent, measureEvent } from './measure-event.ts';

/** A router boots, its tunnels are set up, and the probe reads it twice. */
const FIT_WITHIN_MS = 20 * 60_000;
/** The probe's second round, and what it waits for. */
const MOVED_WITHIN_MS = 5 * 60_000;
/** A reboot may end before the routes move. */
const REBOOT_MS = 60_000;
const STOPPED_WITHIN_MS = 10 * 60_000;
const POLL_MS = 10_000;

/** A failure of docs/operations.md, "Game day", that can be caused by AWS's APIs. */
interface GameDay {
  readonly kind: AcceptanceEvent['kind'];
  readonly what: string;
  readonly mustMove: boolean;
  /** Causes the failure of the owner and waits for its effect. */
  fail(owner: RouterInstance, run: RunContext): Promise<void>;
  /** Repairs the router that failed. */
  repair(failed: RouterInstance, run: RunContext): Promise<void>;
}

/** In this order: only a certain failure moves routes soon after another failover. */
const GAME_DAYS: readonly GameDay[] = [
  {
    kind: 'frr',
    what: 'FRR of the owner stops for good',
    mustMove: true,
    async fail({ instance, region, site }, run) {
      const { epoch } = await readSite(site, run);
      const request = { instance, script: 'systemctl stop frr', deadlineMs: 60_000 };
      const end = await run.ports.cloud.runScript(region, request, {
        now: () => run.ports.now(),
        sleep: (ms) => run.ports.sleep(ms, run.signal),
      });
      if (end.kind !== 'answered') throw new StepFailed(`FRR was not stopped: ${end.why}`);
      await untilMoved(site, epoch, run);
    },
    // VyOS writes FRR's configuration when it boots.
    repair: ({ instance, region }, { ports }) => ports.cloud.rebootInstance(region, instance),
  },
  {
    kind: 'reboot',
    what: 'the owner reboots',
    mustMove: false,
    async fail({ instance, region }, { ports, signal }) {
      await ports.cloud.rebootInstance(region, instance);
      await ports.sleep(REBOOT_MS, signal);
    },
    repair: () => Promise.resolve(),
  },
  {
    kind: 'stop',
    what: 'the instance of the owner is stopped',
    mustMove: true,
    async fail({ instance, region, site }, run) {
      const { epoch } = await readSite(site, run);
      await run.ports.cloud.stopInstance(region, instance);
      await untilMoved(site, epoch, run);
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

/** Fails the owner of the first site in each way, repairs it, and moves the routes back. @returns false: the site is not as it was */
export async function gameDays(run: RunContext): Promise<boolean> {
  const [{ name: site } = { name: '' }] = run.topology.sites;
  for (const day of GAME_DAYS) {
    const isAsBefore = await measureEvent(
      {
        name: `game day: ${day.what} (${site})`,
        kind: day.kind,
        site,
        mustMove: day.mustMove,
        async act() {
          const { owner } = await readSite(site, run);
          const instance = (await readInstances(run)).find(({ router }) => router === owner);
          if (instance === undefined) throw new StepFailed(`${site} has no owner with an instance`);
          await day.fail(instance, run);
          await day.repair(instance, run);
          await untilFit(FIT_WITHIN_MS, run);
        },
      },
      run,
    );
    if (!isAsBefore) return false;
    await failback(site, run);
  }
  return true;
}

/** Waits for the routes; that they do not move is recorded, and no reason to stop. */
async function untilMoved(site: string, epoch: number, run: RunContext): Promise<void> {
  const { ports, signal } = run;
  const until = ports.now() + MOVED_WITHIN_MS;
  while (ports.now() < until && (await readSite(site, run)).epoch === epoch) await ports.sleep(POLL_MS, signal);
}

async function failback(site: string, run: RunContext): Promise<void> {
  const { owner, routers } = await readSite(site, run);
  if (routers.some(({ name, role }) => name === owner && role === 'active')) return;
  await requireDone(['failback', site, '--reason', 'acceptance', '--yes'], run);
  await untilFit(FIT_WITHIN_MS, run);
}
