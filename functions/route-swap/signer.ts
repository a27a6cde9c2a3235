import { routerNamed } from '#failover/site.ts';
import { instanceBehind } from '#functions/caller.ts';
import { type Rejection, reject } from '#functions/rejection.ts';
import type { SwapPorts } from './ports.ts';

/** What the check of the signer requires. */
export type SigningPorts = Pick<SwapPorts, 'site' | 'account' | 'attached' | 'now' | 'describeRouters'>;

/**
 * The instance that signed, if it is the reporter: a session of the router's role in this account, of the instance that is
 * attached to its interface. A router of another site is the instance that the topology names, because EC2 of another Region is
 * not asked. Where the topology names none, the stacks have created the router and its role: EC2 alone may assume it, and any
 * instance in it is the router.
 *
 * @param reporter a router of the site, or of another site of its topology
 * @param caller ARN of the principal that signed, as API Gateway verified it
 */
export async function signerOf(reporter: string, caller: string, ports: SigningPorts): Promise<string | Rejection> {
  const { site, account, attached } = ports;
  const own = routerNamed(site, reporter);
  const sender = own ?? site.neighbors.find(({ name }) => name === reporter);
  const instance = sender && instanceBehind(caller, sender.instanceRole, account);
  if (sender === undefined || instance === undefined) {
    return notTheReporter(reporter, `an instance in the role ${sender?.instanceRole} of account ${account.id}`);
  }
  if (own === undefined) {
    if (sender.instance === undefined || sender.instance === instance) return instance;
    return notTheReporter(reporter, `${sender.instance}, by the topology`);
  }
  if (await attached.is(instance, own, ports)) return instance;
  return notTheReporter(reporter, `the instance that ${own.eni} is attached to`);
}

/** A rejection that discloses neither role nor instance. */
export function notTheReporter(reporter: string, expected: string): Rejection {
  const says =
    `This caller may not report for ${reporter}: only the instance that ${reporter}'s interface is attached to may, with ` +
    'its own role. The log of route-swap has the caller and the expected one.';
  return { ...reject(403, 'not-the-reporter', says), expected };
}
