import type { Colours } from '../output/colours.ts';
import type { SecretStatus } from '../secrets/read-secrets.ts';

/** One secret without its value: part of the JSON of `secrets check` and `secrets create`. */
export interface SecretView {
  readonly name: string;
  readonly use: 'tunnel' | 'serf';
  /** All regions that need it. */
  readonly regions: readonly string[];
  readonly state: SecretStatus['state'];
  /** Regions that lack it. */
  readonly missing: readonly string[];
  /** The state as a clause. */
  readonly says: string;
}

export function secretView({ name, use, regions, state, missing, from }: SecretStatus): SecretView {
  return { name, use, regions, state, missing, says: textOf({ regions, state, missing, from }) };
}

export function showSecret({ name, state, says }: SecretView, { green, yellow, bold }: Colours): string {
  return `${state === 'there' ? green('✓') : yellow('!')} ${bold(name)}: ${says}`;
}

function textOf({
  regions,
  state,
  missing,
  from,
}: Pick<SecretStatus, 'regions' | 'state' | 'missing' | 'from'>): string {
  const everywhere = regions.join(' and ');
  switch (state) {
    case 'there':
      return `present in ${everywhere}${regions.length > 1 ? ', with the same value' : ''}`;
    case 'missing':
      return from === undefined
        ? `missing in ${everywhere}`
        : `present in ${from.region}, missing in ${missing.join(' and ')}`;
    case 'differs':
      return `different values in ${everywhere}: the tunnel cannot come up; delete the wrong value, then secrets create copies the other one`;
    case 'unfit':
      return 'not a SecureString, or contains characters that the routers do not accept; use a new name in the topology';
  }
}
