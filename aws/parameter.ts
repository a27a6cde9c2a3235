import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { BOUNDED_DESK } from './bounds.ts';

/** The value of a parameter that is no secret; undefined: there is none of that name. @throws the SDK's error */
export async function readParameter(region: string, name: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const { Parameter } = await new SSMClient({ ...BOUNDED_DESK, region }).send(
      new GetParameterCommand({ Name: name }),
      signal && { abortSignal: signal },
    );
    return Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
