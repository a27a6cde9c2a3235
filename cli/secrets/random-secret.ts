import { randomBytes, randomInt } from 'node:crypto';
import { SecretValue } from '#aws/secret-value.ts';
import type { NeededSecret } from '#vyos/needed-secrets.ts';

/** What no version of VyOS, strongSwan or shell gives a meaning to. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 381 bits. */
const PSK_LENGTH = 64;
/** `serf keygen` makes as many. */
const SERF_BYTES = 32;

/** A new value that the routers can carry. */
export function randomSecret(use: NeededSecret['use']): SecretValue {
  if (use === 'serf') return new SecretValue(randomBytes(SERF_BYTES).toString('base64'));
  return new SecretValue(Array.from({ length: PSK_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join(''));
}
