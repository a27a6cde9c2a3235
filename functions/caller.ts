/** The account that a function runs in. */
export interface AwsAccount {
  /** `aws`, `aws-cn`, `aws-us-gov` */
  readonly partition: string;
  /** Twelve digits. */
  readonly id: string;
}

/**
 * A function's own account, from its ARN (`context.invokedFunctionArn`).
 *
 * @throws Error for anything else
 */
export function accountOf(functionArn: string): AwsAccount {
  const [, partition, id] = /^arn:([a-z-]+):lambda:[a-z0-9-]+:(\d{12}):function:/.exec(functionArn) ?? [];
  if (partition === undefined || id === undefined) throw new Error(`${functionArn} is not the ARN of a function`);
  return { partition, id };
}

/**
 * The instance that signed, if the caller is the session of an instance in that role of this account; undefined: another
 * caller. EC2 names the session after the instance, but any principal that may assume a role can choose the session's name, so
 * the role is part of the proof (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
 *
 * @param caller `arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/INSTANCE`; users, federated users, root and services have others
 */
export function instanceBehind(caller: string, role: string, account: AwsAccount): string | undefined {
  const session = sessionOf(caller, role, account);
  return session !== undefined && INSTANCE.test(session) ? session : undefined;
}

/** What follows the role in the ARN of a session of that role of this account; undefined: another caller. */
export function sessionOf(caller: string, role: string, { partition, id }: AwsAccount): string | undefined {
  const start = `arn:${partition}:sts::${id}:assumed-role/${role}/`;
  return caller.startsWith(start) ? caller.slice(start.length) : undefined;
}

const INSTANCE = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
