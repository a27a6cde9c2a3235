import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { accountOf, instanceOf } from '#demo/account-of-topology.ts';
import { withAmazonLinux } from '#demo/amazon-linux.ts';
import { synthesize } from '#demo/synth.ts';
import type { Account } from '#emulator/account.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import { namesOf } from '#infra/names.ts';
import { withHosts } from '#simulated-vyos/simulated-host.ts';
import { followRoutes } from './follow-routes.ts';
import { FunctionProcesses } from './function-processes.ts';
import { launchHost } from './hosts/launched-host.ts';
import { type LabPlan, type RouterPlan, routersOf, type SitePlan } from './plan.ts';
import { readPresharedKeys } from './preshared-keys.ts';
import { relay } from './relay.ts';
import { shellOf } from './vyos.ts';

/** The lab's AWS: the emulator with the topology's stacks, and its sockets into the namespaces. */
export interface Cloud {
  readonly emulator: Emulator;
  readonly processes: FunctionProcesses;
  close(): Promise<void>;
}

/** Unix sockets: unlike 127.0.0.1, they are the same in every network namespace. */
export const metadataSocketOf = ({ directory }: RouterPlan) => join(directory, 'metadata.sock');
/** The endpoint of all AWS services, of which routers use the Parameter Store. */
export const awsSocketOf = ({ directory }: RouterPlan) => join(directory, 'aws.sock');
export const apiSocketOf = ({ directory }: LabPlan, { site }: SitePlan) => join(directory, `${site.name}.api.sock`);

/**
 * @param file of the topology, for the CDK app
 * @param onFault called for route changes that could not be followed
 * @param adjust may change the synthesized stacks, in their directory, before they are deployed
 * @throws Error if the stacks cannot be synthesized or deployed
 */
export async function startCloud(
  plan: LabPlan,
  file: string,
  onFault: (error: unknown) => void,
  adjust: (assembly: string) => void = () => {},
): Promise<Cloud> {
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const assembly = await synthesize(file);
    undo.push(() => rmSync(assembly, { recursive: true, force: true }));
    adjust(assembly);
    const processes = new FunctionProcesses();
    const emulator: Emulator = await startEmulator({
      assembly,
      onFunctionProcess: processes.add,
      account: withAmazonLinux(accountOfLab(plan)),
      guests: withHosts(undefined, (machine) =>
        launchHost(machine, { lab: plan.name, ec2: () => emulator.ec2, onFault }),
      ),
    });
    undo.push(() => emulator.close());
    const following = await followRoutes(plan, emulator, onFault);
    undo.push(() => following.stop());
    for (const router of routersOf(plan)) {
      undo.push(await relay(metadataSocketOf(router), emulator.metadataUrl(instanceOf(router.router))));
      undo.push(await relay(awsSocketOf(router), emulator.endpoint));
    }
    for (const site of plan.sites) {
      undo.push(await relay(apiSocketOf(plan, site), emulator.httpApiUrl(namesOf(plan.topology, site.site).events)));
    }
    return { emulator, processes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** With the tunnels' keys in the Parameter Store of every region. */
function accountOfLab(plan: LabPlan): Account {
  const routers = routersOf(plan);
  const account = accountOf(plan.topology, ({ name }) => {
    const router = routers.find((each) => each.router.name === name);
    return router && shellOf(router);
  });
  const parameters = Object.entries(readPresharedKeys(plan)).map(([name, value]) => ({
    name,
    type: 'SecureString' as const,
    value,
  }));
  const regions = Object.entries(account.regions).map(([region, fixture]) => [region, { ...fixture, parameters }]);
  return { ...account, regions: Object.fromEntries(regions) as Account['regions'] };
}
