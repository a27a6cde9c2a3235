import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PingResult, startPing, type Way, wayBetween } from '#lab/ping.ts';
import type { SitePlan } from '#lab/plan.ts';
import { PATIENCE_MS, RaisedLab } from '#lab/raised-lab.ts';
import { whyNotEncrypted } from '#lab/requirements.ts';
import { waitUntil } from '#lab/run.ts';

/**
 * Tokyo's swaps are hardly held down or counted: tests make many. Virginia prefers safety, and has the example's own
 * limits.
 */
export const TOPOLOGY = readFileSync('examples/tokyo-virginia.yaml', 'utf8')
  .replace('holdDown: 5m, maxSwapsPerHour: 3', 'holdDown: 0s, maxSwapsPerHour: 60')
  .replace(/(virginia:[^]*prefer:) availability/, '$1 safety');

/**
 * The example in a lab, with encrypted tunnels where strongSwan is installed.
 *
 * @param adjust may change the stacks before they are deployed
 */
export async function raiseLab(adjust?: (assembly: string) => void): Promise<RaisedLab> {
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-lab-'));
  const file = join(directory, 'topology.yaml');
  writeFileSync(file, TOPOLOGY);
  try {
    const encrypted = whyNotEncrypted() === undefined;
    return await RaisedLab.raise({ name: 'test', encrypted }, file, () => {}, adjust);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Do pings, and so their replies, get through, within patience? Default: from Tokyo to Virginia. */
export async function trafficFlows(
  { plan }: Pick<RaisedLab, 'plan'>,
  way: Way = wayBetween(plan, undefined, undefined),
) {
  const flows = async () => (await pingDuring(way, () => sleep(500))).received > 5;
  return waitUntil(flows, { withinMs: PATIENCE_MS });
}

/** Pings every 20 ms while something happens that takes at most `forMs`. */
export async function pingDuring(way: Way, happens: () => Promise<unknown>, forMs = 110_000): Promise<PingResult> {
  const ping = startPing(way, { everyMs: 20, forMs });
  await happens();
  return ping.stop();
}

/**
 * Minutes pass in a site, with a round of the probe in each, until something holds. In that site alone: to the far one's
 * probe a tunnel that is down is down at both ends.
 *
 * @returns false if it does not hold within patience
 */
export async function probeUntil(
  lab: RaisedLab,
  site: SitePlan,
  holds: () => Promise<boolean> | boolean,
): Promise<boolean> {
  const held = async () => {
    await lab.probe(site);
    return holds();
  };
  if (await waitUntil(held, { withinMs: PATIENCE_MS, everyMs: 1_000 })) return true;
  const said = logOf(lab, site).flatMap((line) => /"message":"([^"]*Routes stay[^"]*)"/.exec(line)?.[1] ?? []);
  process.stderr.write(`the probe of ${site.site.name} said last: ${said.at(-1) ?? 'nothing'}\n`);
  return false;
}

/** What a site's managed routes point at in EC2. */
export function targetsOf({ emulator }: RaisedLab, { site }: SitePlan): (string | undefined)[] {
  const { routeTables } = emulator.ec2.state(site.region);
  return site.routeTables.flatMap(({ id, destinations }) => {
    const routes = routeTables.get(id)?.routes ?? [];
    return destinations.map((destination) => routes.find((route) => route.destination === destination)?.target);
  });
}

/** How many swaps a site has had, by whosever hand. */
export function swapsOf({ emulator }: RaisedLab, { site }: SitePlan): number {
  return emulator.happenings.filter(
    (each) => each.kind === 'event' && each.region === site.region && each.detailType === 'Failover Completed',
  ).length;
}

/** All that a site's people have been told. */
export function toldIn({ emulator }: RaisedLab, { site }: SitePlan): string[] {
  return emulator.notifications.filter(({ region }) => region === site.region).map(({ message }) => message);
}

/** What a site's functions have logged. */
export function logOf({ emulator }: RaisedLab, { site }: SitePlan): string[] {
  return emulator.happenings.flatMap((each) => (each.kind === 'log' && each.region === site.region ? [each.line] : []));
}

/** Have a site's people been told such a thing, which they had not been told before? */
export function areTold(lab: RaisedLab, site: SitePlan, what: RegExp, before: number): boolean {
  return toldIn(lab, site)
    .slice(before)
    .some((message) => what.test(message));
}
