import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';

/**
 * The values of at most ten parameters, by the keys of `names`; one that is not there is left out.
 *
 * @throws the SDK's error
 */
export async function readParameters(
  ssm: SSMClient,
  names: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names: Object.values(names) }));
  const values = new Map(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) => {
      const value = values.get(name);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}
