import {
  DeleteParameterCommand,
  GetParametersCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { BOUNDED_DESK } from './bounds.ts';
import { SecretValue } from './secret-value.ts';

/** What GetParameters takes at once. */
const AT_ONCE = 10;

export interface StoredSecret {
  readonly value: SecretValue;
  /** A SecureString. Any principal that may read parameters can read any other type. */
  readonly encrypted: boolean;
}

/**
 * Parameters of a region, decrypted, by name; those that are not there are left out.
 *
 * @throws the SDK's error (`callFault` names it)
 */
export async function readSecrets(
  region: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, StoredSecret>> {
  const ssm = new SSMClient({ ...BOUNDED_DESK, region });
  const found = new Map<string, StoredSecret>();
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const Names = names.slice(start, start + AT_ONCE);
    const { Parameters = [] } = await ssm.send(
      new GetParametersCommand({ Names, WithDecryption: true }),
      signal && { abortSignal: signal },
    );
    for (const { Name = '', Value = '', Type } of Parameters) {
      found.set(Name, { value: new SecretValue(Value), encrypted: Type === 'SecureString' });
    }
  }
  return found;
}

/** Those of some parameters that exist, without their values. @throws the SDK's error */
export async function existingParameters(
  region: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const ssm = new SSMClient({ ...BOUNDED_DESK, region });
  const found = new Set<string>();
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const { Parameters = [] } = await ssm.send(
      new GetParametersCommand({ Names: names.slice(start, start + AT_ONCE) }),
      signal && { abortSignal: signal },
    );
    for (const { Name = '' } of Parameters) found.add(Name);
  }
  return found;
}

/**
 * Makes a SecureString, with the account's own key for SSM. Never overwrites.
 *
 * @returns false: there is one of that name already
 * @throws the SDK's error
 */
export async function createSecret(
  region: string,
  name: string,
  value: SecretValue,
  signal?: AbortSignal,
): Promise<boolean> {
  const ssm = new SSMClient({ ...BOUNDED_DESK, region });
  const Description = 'Made by vyos-failover secrets create';
  try {
    await ssm.send(
      new PutParameterCommand({
        Name: name,
        Value: value.reveal(),
        Type: 'SecureString',
        Overwrite: false,
        Description,
      }),
      signal && { abortSignal: signal },
    );
    return true;
  } catch (error) {
    if (error instanceof ParameterAlreadyExists) return false;
    throw error;
  }
}

/** Deletes a parameter; one that does not exist is deleted. @throws the SDK's error */
export async function deleteParameter(region: string, name: string): Promise<void> {
  try {
    await new SSMClient({ ...BOUNDED_DESK, region }).send(new DeleteParameterCommand({ Name: name }));
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error;
  }
}
