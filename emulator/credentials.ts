import type { PolicyDocument } from './managed-policies.ts';
import type { Ids } from './random.ts';
import type { Caller } from './service.ts';

/** What a client signs with; the shape that the AWS SDK takes as `credentials`. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only for role sessions. */
  readonly sessionToken?: string;
}

/** Of a role session. */
export interface SessionKey extends AccessKey {
  readonly sessionToken: string;
}

/** An access key and whom it stands for. */
export interface Principal {
  readonly key: AccessKey;
  readonly caller: Caller;
  /** `AIDA…` for users, `AROA…:<session>` for role sessions. */
  readonly userId: string;
}

/** All access keys that the emulator has handed out. */
export interface Credentials {
  /** An administrator: IAM is not asked about this caller. Default name `operator`. */
  forUser(name?: string): AccessKey;
  /** A session of a role, bound to that role's policies. Every call makes a key of its own. */
  forRole(roleArn: string, sessionName: string): SessionKey;
  /** What GetFederationToken gives: it may do what the policy says. */
  forFederatedUser(name: string, policy: PolicyDocument): SessionKey;
  /** Undefined for a key that was never handed out. */
  find(accessKeyId: string): Principal | undefined;
}

export function createCredentials(accountId: string, ids: Ids, partition = 'aws'): Credentials {
  const principals = new Map<string, Principal>();
  const made = new Map<string, number>();

  /** The keys of one principal do not depend on what others get, which may be a matter of time. */
  const mint = (prefix: 'AKIA' | 'ASIA', arn: string): SessionKey => {
    const number = (made.get(arn) ?? 0) + 1;
    made.set(arn, number);
    const purpose = `${arn} ${number}`;
    return {
      accessKeyId: `${prefix}${ids.base32(`key ${purpose}`, 16)}`,
      secretAccessKey: ids.secret(`secret ${purpose}`),
      sessionToken: ids.secret(`token ${purpose}`),
    };
  };
  const remember = <Key extends AccessKey>(key: Key, caller: Caller, userId: string): Key => {
    principals.set(key.accessKeyId, { key, caller, userId });
    return key;
  };

  return {
    forUser(name = 'operator') {
      const arn = `arn:${partition}:iam::${accountId}:user/${name}`;
      const caller = { accountId, arn, roleArn: undefined, sessionName: name, isAdmin: true };
      const { accessKeyId, secretAccessKey } = mint('AKIA', arn);
      return remember({ accessKeyId, secretAccessKey }, caller, `AIDA${ids.base32(arn, 17)}`);
    },
    forRole(roleArn, sessionName) {
      const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
      const arn = `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
      const caller = { accountId, arn, roleArn, sessionName, isAdmin: false };
      return remember(mint('ASIA', arn), caller, `AROA${ids.base32(roleArn, 17)}:${sessionName}`);
    },
    forFederatedUser(name, sessionPolicy) {
      const arn = `arn:${partition}:sts::${accountId}:federated-user/${name}`;
      const caller = { accountId, arn, roleArn: undefined, sessionName: name, isAdmin: false, sessionPolicy };
      return remember(mint('ASIA', arn), caller, `${accountId}:${name}`);
    },
    find: (accessKeyId) => principals.get(accessKeyId),
  };
}
