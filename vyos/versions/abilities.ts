/** What only some VyOS versions can do. How they write the same thing is in `syntax.ts`. */
import { hasBfd, type VyosVersion } from '#topology/vyos-versions.ts';

export interface Abilities {
  /** BFD, and AES-GCM for IPsec. Profile fast needs both. */
  readonly profileFast: boolean;
  /** Its bash, curl and init run the programs of a bundle. */
  readonly runsPrograms: boolean;
  /** ESP always travels in UDP 4500. Otherwise an end that is not behind NAT gets it as IP protocol 50. */
  readonly espInUdp: boolean;
  /** By the vendor: https://vyos.net/get/#vyos-versions */
  readonly isSupported: boolean;
  /** The month, where it is known. */
  readonly supportEnded?: string;
}

const v11: Abilities = {
  profileFast: hasBfd('1.1'),
  runsPrograms: false,
  espInUdp: false,
  isSupported: false,
};
const v14: Abilities = { profileFast: true, runsPrograms: true, espInUdp: true, isSupported: true };
const v13: Abilities = { ...v14, isSupported: false, supportEnded: 'April 2025' };

const abilities: Readonly<Record<VyosVersion, Abilities>> = { '1.1': v11, '1.3': v13, '1.4': v14, '1.5': v14 };

export function abilitiesOf(version: VyosVersion): Abilities {
  return abilities[version];
}
