import { eniOf } from '#demo/account-of-topology.ts';
import type { Ec2 } from '#emulator/ec2/service.ts';
import type { RouterPlan } from '../plan.ts';
import { runIn } from '../run.ts';
import { securityGroupRules } from './security-group-rules.ts';

/**
 * Filters a router's packets as its security groups say, now and after every change, until `stop`.
 *
 * @param onFault called for a change that could not be followed
 */
export async function followSecurityGroups(
  { router, site, namespace }: RouterPlan,
  ec2: Ec2,
  onFault: (error: unknown) => void,
): Promise<() => void> {
  let applied = '';
  let turn = Promise.resolve();
  // One after the other, so that an older state is never applied last.
  const follow = () => {
    const wanted = securityGroupRules(ec2.state(site.region), eniOf(router), router.interface);
    if (wanted === applied) return turn;
    applied = wanted;
    turn = turn.catch(() => {}).then(async () => void (await runIn(namespace, 'nft', ['-f', '-'], { input: wanted })));
    return turn;
  };
  await follow();
  let isOn = true;
  const end = ec2.onChange((region) => {
    if (region !== site.region) return;
    // While a router is removed, its namespace goes away first.
    follow().catch((error: unknown) => isOn && onFault(error));
  });
  return () => {
    isOn = false;
    end();
  };
}
