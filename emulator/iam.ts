import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { withApiType, withApiTypes } from './api-arns.ts';
import { createEntities, type Entities, type Policy } from './iam-entities.ts';
import type { PolicyDocument } from './managed-policies.ts';
import type { Caller } from './service.ts';

/** IAM condition keys and their values. */
type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** The request to authorize. */
export interface Question {
  readonly action: string;
  /** ARN, or `*` for actions without resource-level permissions. */
  readonly resource: string;
  readonly context?: ConditionContext;
}

/** The account's roles and policies, and the answer to "may this caller do that?". */
export interface Iam extends Entities {
  /** Why the caller may not do it, as a sentence like AWS's; undefined if allowed. */
  refusal(caller: Caller, question: Question): Promise<string | undefined>;
  /** The same for an AWS service (`events.amazonaws.com`), which only a resource's own policy can let in. */
  serviceRefusal(
    service: string,
    question: Question,
    resourcePolicy: PolicyDocument | undefined,
  ): Promise<string | undefined>;
  /** Why the caller may not assume the role: its own policies and the role's trust policy together decide. */
  assumeRefusal(caller: Caller, roleArn: string): Promise<string | undefined>;
  /** Whether a role's trust policy lets the service assume it. */
  trusts(roleArn: string, service: string): Promise<boolean>;
  /**
   * Loads what is known of the services in the roles' policies: 50 ms that would otherwise be in the first call of each. Once in a process.
   */
  warmUp(): Promise<void>;
}

/** Actions of which the simulation has loaded in this process what it knows. */
const loaded = new Set<string>();

const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/**
 * @param partition name of the account's
 * @param managedPoliciesPerRole the account's quota
 */
export function createIam(accountId: string, partition = 'aws', managedPoliciesPerRole = 10): Iam {
  const { roles, policiesOf, ...entities } = createEntities(partition, managedPoliciesPerRole);
  const policiesOfCaller = ({ roleArn, sessionPolicy, isAdmin }: Caller): Policy[] => {
    if (isAdmin) return [{ name: 'administrator', document: EVERYTHING }];
    return sessionPolicy === undefined ? policiesOf(roleArn) : [{ name: 'session', document: sessionPolicy }];
  };

  return {
    ...entities,
    async refusal(caller, question) {
      const result = await simulate(accountId, caller.arn, question, { identityPolicies: policiesOfCaller(caller) });
      if (result === 'Allowed') return undefined;
      const why =
        result === 'ExplicitlyDenied'
          ? 'with an explicit deny in an identity-based policy'
          : `because no identity-based policy allows the ${question.action} action`;
      return `User: ${caller.arn} is not authorized to perform: ${question.action} on resource: ${question.resource} ${why}`;
    },
    async serviceRefusal(service, question, resourcePolicy) {
      const result = await simulate(accountId, service, question, { resourcePolicy });
      return result === 'Allowed'
        ? undefined
        : `${service} is not authorized to perform: ${question.action} on resource: ${question.resource} because no resource-based policy allows it`;
    },
    async assumeRefusal(caller, roleArn) {
      const question = { action: 'sts:AssumeRole', resource: roleArn };
      const resourcePolicy = roles.get(roleArn)?.trust;
      const allowed =
        resourcePolicy !== undefined &&
        (await simulate(accountId, caller.arn, question, {
          identityPolicies: policiesOfCaller(caller),
          resourcePolicy,
        })) === 'Allowed';
      return allowed
        ? undefined
        : `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
    },
    async trusts(roleArn, service) {
      const trust = roles.get(roleArn)?.trust;
      if (trust === undefined) return false;
      return (
        (await simulate(
          accountId,
          service,
          { action: 'sts:AssumeRole', resource: roleArn },
          { resourcePolicy: trust },
        )) === 'Allowed'
      );
    },
    async warmUp() {
      const actions = [...roles.keys()].flatMap((arn) =>
        policiesOf(arn).flatMap(({ document }) => literalActions(document)),
      );
      for (const action of actions.filter((each) => !loaded.has(each))) {
        loaded.add(action);
        await simulate(
          accountId,
          `arn:${partition}:iam::${accountId}:user/nobody`,
          { action, resource: '*' },
          {},
        ).catch(() => undefined);
      }
    },
  };
}

function literalActions(document: PolicyDocument): string[] {
  const actions = document.Statement.flatMap((statement) => {
    const action: unknown =
      typeof statement === 'object' && statement !== null && 'Action' in statement ? statement.Action : [];
    return [action].flat();
  });
  return actions.filter((action): action is string => typeof action === 'string' && !action.includes('*'));
}

type Result = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

interface Policies {
  readonly identityPolicies?: readonly Policy[];
  readonly resourcePolicy?: PolicyDocument | undefined;
}

/** Of this process, by all that a result depends on: a simulation takes milliseconds, and emulators are asked the same again and again. */
const results = new Map<string, Promise<Result>>();
/** Each has its policies in its key. */
const MOST_RESULTS = 2_000;

function simulate(accountId: string, principal: string, question: Question, policies: Policies): Promise<Result> {
  const key = JSON.stringify([accountId, principal, question, policies]);
  const known = results.get(key);
  if (known !== undefined) return known;
  if (results.size >= MOST_RESULTS) results.clear();
  const result = simulateAnew(accountId, principal, question, policies);
  results.set(key, result);
  return result;
}

async function simulateAnew(
  accountId: string,
  principal: string,
  question: Question,
  policies: Policies,
): Promise<Result> {
  // GetCallerIdentity needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  if (question.action === 'sts:GetCallerIdentity') return 'Allowed';
  const simulation = (resource: string): Simulation => ({
    request: {
      principal,
      action: question.action,
      resource: { resource: withApiType(resource), accountId },
      contextVariables: copyContext({ 'aws:SecureTransport': 'true', ...question.context }),
    },
    identityPolicies: (policies.identityPolicies ?? []).map(({ name, document }) => ({
      name,
      policy: withApiTypes(document),
    })),
    resourcePolicy: policies.resourcePolicy && withApiTypes(policies.resourcePolicy),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  });
  const result = await runSimulation(simulation(question.resource), {});
  if (result.resultType !== 'error') return result.overallResult;
  if (result.errors.message === 'must.use.wildcard')
    return simulate(accountId, principal, { ...question, resource: '*' }, policies);
  // AWS's own resources (`arn:aws:ssm:…::document/AWS-…`) match no resource type of the library, but patterns apply to them.
  if (result.errors.message === 'no.resource.types') return runUnsafeSimulation(simulation(question.resource), {});
  throw new Error(
    `IAM cannot judge ${question.action} on ${question.resource} for ${principal}: ${JSON.stringify(result.errors)}`,
  );
}

function copyContext(context: ConditionContext): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
  );
}
