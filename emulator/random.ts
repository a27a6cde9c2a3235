import { createHash } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Ids in the shapes that AWS uses, derived from `seed` and what they are for, so that the same assembly gets the same ids
 * in every run.
 */
export interface Ids {
  /** `length` (at most 32) characters of A–Z and 2–7, as in access key ids and unique role ids. */
  base32(purpose: string, length: number): string;
  /** `length` (at most 32) characters of a–z and 2–7, as in API ids. */
  lower(purpose: string, length: number): string;
  /** 32 bytes in base64url. */
  secret(purpose: string): string;
}

export function createIds(seed: string): Ids {
  const digest = (purpose: string): Buffer => createHash('sha256').update(`${seed}\0${purpose}`).digest();
  const base32 = (purpose: string, length: number): string =>
    [...digest(purpose).subarray(0, length)].map((byte) => BASE32.charAt(byte % 32)).join('');
  return {
    base32,
    lower: (purpose, length) => base32(purpose, length).toLowerCase(),
    secret: (purpose) => digest(purpose).toString('base64url'),
  };
}
