/** Roles of people who use a site, added to its stack in a copied assembly. */
import { changeTemplates, names } from './site-under-test.ts';

/** As docs/security.md recommends it for operators who may move routes and not change routers. */
const WITHOUT_PUSHES = ['config', 'programs'].map((path) => ({
  Effect: 'Deny',
  Action: 'execute-api:Invoke',
  Resource: `arn:aws:execute-api:*:*:*/$default/POST/v1/sites/tokyo/${path}/*`,
}));

/** Adds `viewers`, `operators`, and `movers`: operators who may not push. */
export function addRoles(directory: string): void {
  changeTemplates(directory, ({ Resources }) => {
    const isTokyo = Object.values(Resources).some(
      ({ Properties }) => Properties?.['FunctionName'] === names.configPush,
    );
    if (!isTokyo) return;
    const policy = (start: string) => Object.keys(Resources).find((id) => id.startsWith(start)) ?? '';
    Object.assign(Resources, {
      Viewers: roleWith('viewers', policy('AccessViewer')),
      Operators: roleWith('operators', policy('AccessOperator')),
      Movers: roleWith('movers', policy('AccessOperator'), WITHOUT_PUSHES),
    });
  });
}

/** A role with one of the site's two policies. @param more statements of its own */
function roleWith(RoleName: string, policy: string, more: readonly object[] = []) {
  const Statement = [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::123456789012:root' } },
  ];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement },
      ManagedPolicyArns: [{ Ref: policy }],
      Policies: more.map((statement, index) => ({
        PolicyName: `more-${index}`,
        PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
      })),
    },
  };
}
