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

/** Numbers in [0, 1), the same for the same seed. */
export function createRandom(seed: string): () => number {
  return mulberry32(createHash('sha256').update(seed).digest().readUInt32LE());
}

/** Tommy Ettinger's mulberry32: numbers in [0, 1) from 32 bits of state. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
