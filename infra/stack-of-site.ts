import { type Stack, Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { Site, Topology } from '#topology/topology.ts';

/**
 * Why a site cannot be deployed by a stack, as a sentence with the correction. Undefined: it can be.
 *
 * The Region must be stated: ARNs, the partition and the assets are of one Region, and a stack without one is deployed to whichever
 * Region the credentials have.
 */
export function whyWrongRegion(stack: Stack, { name, region }: Pick<Site, 'name' | 'region'>): string | undefined {
  const correction = `Set env: { region: '${region}' } on the stack.`;
  if (Token.isUnresolved(stack.region))
    return `Stack ${stack.stackName} has no Region, and site ${name} is in ${region}. ${correction}`;
  if (stack.region === region) return undefined;
  return `Stack ${stack.stackName} is in ${stack.region}, and site ${name} is in ${region}. ${correction}`;
}

/** Why the stack's account is not the topology's, as a sentence with the correction. Undefined: it is, or one of them is not stated. */
export function whyWrongAccount(stack: Stack, { account }: Pick<Topology, 'account'>): string | undefined {
  if (account === undefined || Token.isUnresolved(stack.account) || stack.account === account) return undefined;
  return `Stack ${stack.stackName} is in account ${stack.account}, and the topology is in ${account}. Set env: { account: '${account}' } on the stack.`;
}

/** By app: the path of the construct that has a name in an account and a Region. */
const taken = new WeakMap<IConstruct, Map<string, string>>();

/**
 * The path of the construct that took a name before, in the same app, account and Region. Undefined: none, and the name is taken now.
 * Functions, documents and alarms are named after their site, and AWS accepts each name once.
 */
export function takenBefore(construct: Construct, stack: Stack, name: string): string | undefined {
  const names = taken.get(construct.node.root) ?? new Map<string, string>();
  taken.set(construct.node.root, names);
  const key = `${stack.account} ${stack.region} ${name}`;
  const before = names.get(key);
  if (before === undefined) names.set(key, construct.node.path);
  return before;
}
