import { namesOf, nameWithin } from '#infra/names.ts';
import { addressFromNumber, halvesOf, requireNetwork } from '#topology/networks.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { type RunContext, StepFailed } from '../run-context.ts';
import { hostTemplate } from './host-template.ts';
import { type Readings, readingsIn } from './readings.ts';

const READY_WITHIN_MS = 15 * 60_000;
const POLL_MS = 10_000;
/** Behind the four addresses that AWS reserves at the start of a subnet. */
const HOST_NUMBER = 10n;

/** The stack of a site's measuring host. */
export function hostStack(topology: Topology, site: Site) {
  return { region: site.region, name: nameWithin(namesOf(topology, site).stack, 'measuring-host') };
}

/** Its address: in the first half of the first front network, which is a subnet of its own. */
function hostSubnet({ frontSubnets: [front = ''] }: Site): { readonly cidr: string; readonly address: string } {
  const [cidr = front] = halvesOf(front);
  return { cidr, address: addressFromNumber(requireNetwork(cidr).first + HOST_NUMBER) };
}

/** Deploys a host in the front network of each site. @throws StepFailed if a stack is not created */
export async function deployHosts(run: RunContext): Promise<void> {
  const { topology, ports, signal } = run;
  for (const [index, site] of topology.sites.entries()) {
    const other = topology.sites[(index + 1) % topology.sites.length] ?? site;
    const { region } = site;
    const { cidr, address } = hostSubnet(site);
    const addresses = await ports.cloud.describeStack({ region, name: namesOf(topology, site).addressesStack }, signal);
    const vpc = addresses?.outputs['VpcId'];
    const subnet = vpc && (await ports.cloud.findSubnet(region, { vpc, cidr }, signal));
    if (!vpc || !subnet) throw new StepFailed(`there is no front subnet ${cidr} in ${site.name}`);
    const peer = hostSubnet(other);
    const template = hostTemplate({
      site: site.name,
      vpc,
      subnet,
      address,
      peer: peer.address,
      peerNetwork: other.frontSubnets[0] ?? '',
    });
    signal.throwIfAborted();
    await ports.cloud.createStack(hostStack(topology, site), template, ports.newId());
  }
  for (const site of topology.sites) await created(site, run);
}

async function created(site: Site, { topology, ports, signal }: RunContext): Promise<void> {
  const where = hostStack(topology, site);
  const until = ports.now() + READY_WITHIN_MS;
  for (;;) {
    const stack = await ports.cloud.describeStack(where, signal);
    if (stack?.status === 'CREATE_COMPLETE') return;
    if (stack === undefined) throw new StepFailed(`the stack of the measuring host of ${site.name} was deleted`);
    if (/ROLLBACK|FAILED/.test(stack.status) || ports.now() >= until) {
      const { failed } = await ports.cloud.lastOperation({ region: where.region, id: stack.id }, signal);
      const reasons = failed.map(({ resource, reason }) => `${resource}: ${reason}`);
      throw new StepFailed(`the measuring host of ${site.name}: ${[stack.status, ...reasons].join('; ')}`);
    }
    await ports.sleep(POLL_MS, signal);
  }
}

/** What the console of a site's host shows; undefined: it cannot be read. */
export async function readHost(
  siteName: string,
  { topology, ports, signal }: RunContext,
): Promise<Readings | undefined> {
  const site = topology.sites.find(({ name }) => name === siteName);
  if (site === undefined) return undefined;
  try {
    const stack = await ports.cloud.describeStack(hostStack(topology, site), signal);
    const instance = stack?.outputs['InstanceId'];
    return instance === undefined
      ? undefined
      : readingsIn(await ports.cloud.consoleOutput(site.region, instance, signal));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
