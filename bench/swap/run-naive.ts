import { eniOf } from '#demo/account-of-topology.ts';
import { NAIVE_WAYS, type NaiveName, warmNaiveClient } from './naive-ways.ts';
import { type Tally, tallyOf } from './tally.ts';
import { routesOf, type Testbed } from './testbed.ts';

/** Lets a naive way move the routes, in this process and without a trigger before it: both favour it. */
export async function runNaive(name: NaiveName, { site, emulator, startFaults }: Testbed): Promise<Tally> {
  const { region } = site.tokyo;
  const ec2 = await warmNaiveClient(emulator, region);
  const routes = routesOf(site);
  const eni = eniOf(site.tokyo.routers.standby);
  startFaults();
  const from = emulator.happenings.length;
  const began = Date.now();
  await NAIVE_WAYS[name](ec2, routes, eni);
  const tally = tallyOf(emulator.happenings.slice(from), { routes, eni, began, ended: Date.now() });
  ec2.destroy();
  return tally;
}
