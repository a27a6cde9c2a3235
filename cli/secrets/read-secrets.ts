import type { StoredSecret } from '#aws/parameters.ts';
import type { SecretValue } from '#aws/secret-value.ts';
import type { Topology } from '#topology/topology.ts';
import { type NeededSecret, neededSecrets } from '#vyos/needed-secrets.ts';
import type { Cli } from '../cli.ts';
import { explainingFaults } from '../transport/explaining-faults.ts';

/** A secret and its state in its regions. */
export interface SecretStatus extends NeededSecret {
  /**
   * `there`: in each of its regions with the same value. `missing`: absent from one or more regions. `differs`: the values
   * differ, so the two ends of a tunnel would not authenticate. `unfit`: not encrypted, or has characters that VyOS or Serf
   * does not accept.
   */
  readonly state: 'there' | 'missing' | 'differs' | 'unfit';
  readonly missing: readonly string[];
  /** The first region that has it; undefined: none. */
  readonly from: { readonly region: string; readonly value: SecretValue } | undefined;
}

/** The values that `router/apply-config` and `router/fill-secrets` accept. */
const ACCEPTED: Readonly<Record<NeededSecret['use'], RegExp>> = {
  tunnel: /^[!#-&(-[\]-~]{1,256}$/,
  serf: /^[A-Za-z0-9+/=._-]+$/,
};

/** Reads every secret of a topology. @throws CommandError (exit code 1) if a region cannot be reached */
export async function readSecretStatuses(topology: Topology, cli: Cli): Promise<SecretStatus[]> {
  const needed = neededSecrets(topology);
  const found = await inEachRegion(needed, (region, names) =>
    explainingSsmFaults(region, cli, () => cli.environment.readSecrets(region, names, cli.io.signal)),
  );
  return needed.map((secret) => judge(secret, found));
}

/**
 * Names of the secrets of a topology that one of their regions does not have. No value is read or decrypted.
 *
 * @throws CommandError (exit code 1) if a region cannot be reached
 */
export async function readMissingSecrets(topology: Topology, cli: Cli): Promise<string[]> {
  const needed = neededSecrets(topology);
  const present = await inEachRegion(needed, (region, names) =>
    explainingFaults({ service: 'SSM', region, grant: 'grant ssm:GetParameters on the named parameters' }, cli, () =>
      cli.environment.cloud.existingParameters(region, names, cli.io.signal),
    ),
  );
  return needed
    .filter(({ name, regions }) => regions.some((region) => present.get(region)?.has(name) !== true))
    .map(({ name }) => name);
}

/** The answer of each region, which is asked about the names that it should have. */
export async function inEachRegion<Answer>(
  secrets: readonly NeededSecret[],
  ask: (region: string, names: readonly string[]) => Promise<Answer>,
): Promise<ReadonlyMap<string, Answer>> {
  const regions = [...new Set(secrets.flatMap((secret) => secret.regions))];
  return new Map(
    await Promise.all(
      regions.map(async (region) => {
        const names = secrets.filter((secret) => secret.regions.includes(region)).map(({ name }) => name);
        return [region, await ask(region, names)] as const;
      }),
    ),
  );
}

/** Calls SSM. @throws CommandError (exit code 1) with the region, the cause and a hint, if the call fails */
export function explainingSsmFaults<T>(region: string, cli: Cli, ask: () => Promise<T>): Promise<T> {
  return explainingFaults({ service: 'SSM', region, grant: GRANT }, cli, ask);
}

const GRANT =
  'grant ssm:GetParameters and ssm:PutParameter on the named parameters, and permission to use their KMS key';

function judge(secret: NeededSecret, found: ReadonlyMap<string, ReadonlyMap<string, StoredSecret>>): SecretStatus {
  const stored = secret.regions.flatMap((region) => {
    const there = found.get(region)?.get(secret.name);
    return there === undefined ? [] : [{ region, ...there }];
  });
  const [from] = stored;
  const missing = secret.regions.filter((region) => !stored.some((each) => each.region === region));
  const isUnfit = stored.some(({ encrypted, value }) => !encrypted || !value.matches(ACCEPTED[secret.use]));
  const differs = stored.some(({ value }) => from !== undefined && !value.isSame(from.value));
  const state = isUnfit ? 'unfit' : differs ? 'differs' : missing.length > 0 ? 'missing' : 'there';
  return { ...secret, state, missing, from };
}
