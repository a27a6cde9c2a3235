import type { Colours } from '../output/colours.ts';
import type { SecretStatus } from '../secrets/read-secrets.ts';

/** One secret, without its value: the command line's own type, part of the `--json` of check and create. */
export interface SecretView {
  readonly name: string;
  readonly use: 'tunnel' | 'serf';
  /** All that need it. */
  readonly regions: readonly string[];
  readonly state: SecretStatus['state'];
  /** Regions that it is missing in. */
  readonly missing: readonly string[];
  /** How it is, for people. */
  readonly says: string;
}

export function secretView({ name, use, regions, state, missing, from }: SecretStatus): SecretView {
  return { name, use, regions, state, missing, says: words({ regions, state, missing, from }) };
}

export function showSecret({ name, state, says }: SecretView, { green, yellow, bold }: Colours): string {
  return `${state === 'there' ? green('✓') : yellow('!')} ${bold(name)}: ${says}`;
}

function words({
  regions,
  state,
  missing,
  from,
}: Pick<SecretStatus, 'regions' | 'state' | 'missing' | 'from'>): string {
  const everywhere = regions.join(' and ');
  switch (state) {
    case 'there':
      return `there in ${everywhere}${regions.length > 1 ? ', the same' : ''}`;
    case 'missing':
      return from === undefined
        ? `missing in ${everywhere}`
        : `there in ${from.region}, missing in ${missing.join(' and ')}`;
    case 'differs':
      return `not the same in ${everywhere}: the tunnel cannot come up; delete the wrong one, and secrets create copies the other`;
    case 'unfit':
      return 'not encrypted (SecureString), or with characters that routers cannot carry; give it a new name in the topology';
  }
}
