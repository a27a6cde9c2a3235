/** The VyOS versions that a topology can name. How they differ is in `vyos/versions/`. */
export const VYOS_VERSIONS = ['1.1', '1.3', '1.4', '1.5'] as const;

export type VyosVersion = (typeof VYOS_VERSIONS)[number];

export const DEFAULT_VYOS_VERSION: VyosVersion = '1.4';

/** VyOS 1.1 has no BFD. It is here and not in `vyos/versions/` because a topology that asks for BFD there is refused. */
export function hasBfd(version: string): boolean {
  return version !== '1.1';
}
