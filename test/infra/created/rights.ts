import type { Template } from './assembly.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/**
 * What each role of a template may do, and each policy that is attached to none of them, as text to be read by people: a line an action, the
 * resources, the conditions.
 */
export function rightsIn({ Resources }: Template): string {
  const roles = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const policies = Object.values(Resources).filter(({ Type }) => /^AWS::IAM::(Managed)?Policy$/.test(Type));
  const attached = (role: string) =>
    policies.filter(({ Properties }) => JSON.stringify(Properties['Roles'] ?? []).includes(`"${role}"`));
  const isAttached = ({ Properties }: (typeof policies)[number]) =>
    roles.some(([role]) => JSON.stringify(Properties['Roles'] ?? []).includes(`"${role}"`));
  const unattached = Object.entries(Resources)
    .filter(([, each]) => each.Type === 'AWS::IAM::ManagedPolicy' && !isAttached(each))
    .map(([id, { Properties }]) =>
      [
        `${id.replace(/[0-9A-F]{8}$/, '')}, ${policyOf(Properties['Roles'])}`,
        ...statementsOf(Properties['PolicyDocument']).map(paragraph).toSorted(),
      ].join('\n'),
    );
  return roles
    .map(([id, { Properties }]) => {
      const trust = statementsOf(Properties['AssumeRolePolicyDocument']).map((each) =>
        JSON.stringify(principalOf(each)),
      );
      const own = attached(id).flatMap((policy) => statementsOf(policy.Properties['PolicyDocument']));
      return [`${id.replace(/[0-9A-F]{8}$/, '')}, for ${trust.join()}`, ...own.map(paragraph).toSorted()].join('\n');
    })
    .concat(unattached)
    .toSorted()
    .join('\n\n');
}

function statementsOf(document: unknown): readonly Statement[] {
  return (document as { Statement: readonly Statement[] }).Statement;
}

const principalOf = (statement: Statement) =>
  (statement as unknown as { Principal: { Service: string } }).Principal.Service;

function paragraph({ Action, Resource, Condition }: Statement): string {
  // Sorted without the digests, which each edit of a program changes.
  const resources = [Resource]
    .flat()
    .map((each) => `    on ${plain(each)}`)
    .toSorted();
  const condition = Condition === undefined ? [] : [`    if ${plain(Condition)}`];
  return [`  ${[Action].flat().join(', ')}`, ...resources, ...condition].join('\n');
}

/** Intrinsic functions as `<…>`, without the hashes in logical ids. */
function plain(value: unknown): string {
  if (typeof value === 'string') return withoutDigest(value);
  if (Array.isArray(value)) return `[${value.map(plain).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const [[key, content] = ['', undefined]] = Object.entries(value) as [string, unknown][];
  if (key === 'Fn::Join') return (content as [string, unknown[]])[1].map(plain).join('');
  if (key === 'Ref') return `<${withoutHash(String(content))}>`;
  if (key === 'Fn::GetAtt') return `<${(content as string[]).map(withoutHash).join('.')}>`;
  if (key === 'Fn::Sub') return String(content);
  if (key === 'Fn::GetStackOutput') {
    const { StackName, OutputName } = content as { StackName: string; OutputName: string };
    return `<${StackName}: ${withoutHash(OutputName.replace(/^PublishOutput(Ref|FnGetAtt)/, ''))}>`;
  }
  return Object.entries(value)
    .map(([name, each]) => `${name} ${plain(each)}`)
    .join(', ');
}

/** Of logical ids, and of names with the hash of a content. */
const withoutHash = (id: string) => id.replaceAll(/[0-9A-F]{8}/g, '');
const withoutDigest = (text: string) => text.replaceAll(/[0-9a-f]{64}|(?<=--)[0-9a-f]{12}/g, '(hash)');

/** @param roles names of roles that exist without the stack */
function policyOf(roles: unknown): string {
  return Array.isArray(roles) ? `a policy of the role ${roles.join(', ')}` : 'a policy';
}
