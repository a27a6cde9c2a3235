import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { BOUNDED_DESK } from './bounds.ts';

/** The account of the credentials: 12 digits. It needs no permission. @throws the SDK's error */
export async function callerAccount(region: string, signal?: AbortSignal): Promise<string> {
  const { Account = '' } = await new STSClient({ ...BOUNDED_DESK, region }).send(
    new GetCallerIdentityCommand({}),
    signal && { abortSignal: signal },
  );
  return Account;
}
