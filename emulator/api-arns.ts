import type { PolicyDocument } from './managed-policies.ts';

/**
 * ARNs of APIs, as the simulator library can judge them. It takes what stands before the first `/` for a resource type, in
 * which AWS allows no wildcard, and compares it literally. In `execute-api:region:account:api-id/stage/method/path` the API's
 * id stands there, and `*` may stand for it (`*` matches slashes as well). So both sides get a type before the id.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export function withApiType(arn: string): string {
  return arn.replace(/^(arn:[^:]*:execute-api:[^:]*:[^:]*:)(?=.)/, '$1api/');
}

/** The same for every `Resource` and `NotResource` of a policy. */
export function withApiTypes(document: PolicyDocument): PolicyDocument {
  return { ...document, Statement: document.Statement.map(typed) };
}

function typed(statement: unknown): unknown {
  if (typeof statement !== 'object' || statement === null) return statement;
  return Object.fromEntries(
    Object.entries(statement).map(([key, value]) => [key, /^(Not)?Resource$/.test(key) ? typedArns(value) : value]),
  );
}

function typedArns(value: unknown): unknown {
  if (typeof value === 'string') return withApiType(value);
  return Array.isArray(value) ? value.map(typedArns) : value;
}
