import { join } from 'node:path';
import { askFrr, bgpSessions } from './ask-frr.ts';
import { startPing, type Way, waysOf } from './ping.ts';
import { type LabPlan, type RouterPlan, routersOf } from './plan.ts';
import { binOf } from './router-files.ts';
import { run, runIn } from './run.ts';

/** The faults of the lab's network, one sentence each; empty if it is healthy. */
export async function validate(plan: LabPlan): Promise<string[]> {
  const routers = await Promise.all(routersOf(plan).map((router) => faultsOf(router, plan)));
  const ways = await Promise.all(waysOf(plan).map(lossOn));
  return [...routers.flat(), ...ways.flat()];
}

async function faultsOf(router: RouterPlan, plan: LabPlan): Promise<string[]> {
  const faults = await Promise.all([
    bgpFaults(router),
    bfdFaults(router),
    routeFaults(router, plan),
    serfFaults(router),
  ]);
  return faults.flat().map((fault) => `${router.router.name}: ${fault}`);
}

async function bgpFaults(router: RouterPlan): Promise<string[]> {
  return (await bgpSessions(router))
    .filter(({ state }) => state !== 'Established')
    .map(({ address, description, state }) => `BGP to ${address} (${description}) is ${state ?? 'not there'}`);
}

/** Every neighbor is one hop away: a multihop session means that the two ends may differ. */
async function bfdFaults(router: RouterPlan): Promise<string[]> {
  const sessions = (await askFrr<BfdSession[]>(router, 'show bfd peers json')) ?? [];
  const multihop = sessions.filter((session) => session.multihop).map(({ peer }) => `BFD to ${peer} is multihop`);
  const down = (router.model.bfd?.peers ?? []).flatMap((peer) => {
    const status = sessions.find((session) => session.peer === peer)?.status;
    return status === 'up' ? [] : [`BFD to ${peer} is ${status ?? 'not there'}`];
  });
  return [...down, ...multihop];
}

interface BfdSession {
  readonly peer: string;
  readonly status: string;
  readonly multihop: boolean;
}

/** Kernel routes, not only BGP paths. */
async function routeFaults({ namespace, site }: RouterPlan, { sites }: LabPlan): Promise<string[]> {
  const routes = JSON.parse(await runIn(namespace, 'ip', ['-j', 'route', 'show', 'proto', 'bgp'])) as { dst: string }[];
  return sites
    .filter((other) => other.site.name !== site.name)
    .flatMap((other) => other.site.frontSubnets)
    .filter((front) => !routes.some(({ dst }) => dst === front))
    .map((front) => `no route to ${front}`);
}

async function serfFaults(router: RouterPlan): Promise<string[]> {
  if (!router.site.detectors.includes('serf')) return [];
  const answer = await run(join(binOf(router), 'serf'), ['members', '-format=json']).catch(() => '{"members":[]}');
  const { members } = JSON.parse(answer) as { members: { name: string; status: string }[] };
  return [router.router.name, router.partner.name].flatMap((name) => {
    const status = members.find((member) => member.name === name)?.status;
    return status === 'alive' ? [] : [`Serf reports ${name} as ${status ?? 'missing'}`];
  });
}

async function lossOn(way: Way): Promise<string[]> {
  const ping = startPing(way, { everyMs: 200, forMs: 1_000 });
  await new Promise((resolve) => setTimeout(resolve, 900));
  const { sent, received } = await ping.stop();
  return received === sent && sent > 0 ? [] : [`${way.from} to ${way.to}: ${received} of ${sent} pings were answered`];
}
