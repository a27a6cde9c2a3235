import { randomBytes, randomInt } from 'node:crypto';
import { SecretValue } from '#aws/secret-value.ts';
import type { NeededSecret } from '#vyos/needed-secrets.ts';

/** Characters without special meaning in VyOS, strongSwan and the shell. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 381 bits. */
const PSK_LENGTH = 64;
/** As `serf keygen`. */
const SERF_BYTES = 32;

/** A new random value that the routers accept. */
export function randomSecret(use: NeededSecret['use']): SecretValue {
  if (use === 'serf') return new SecretValue(randomBytes(SERF_BYTES).toString('base64'));
  return new SecretValue(Array.from({ length: PSK_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join(''));
}
