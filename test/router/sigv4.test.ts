import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const library = fileURLToPath(new URL('../../router/lib/sigv4.sh', import.meta.url));

/** HMAC-SHA-256 as the library makes it, for each pair of key and text (hexadecimal). */
function hmacs(pairs: readonly (readonly [key: string, text: string])[]): string[] {
  const script = `LC_ALL=C; . "$1"; shift
    while (($#)); do printf -v text "%b" "$2"; hmac_sha256 "$1" "$text"; echo "$HEX"; shift 2; done`;
  const escaped = pairs.flatMap(([key, text]) => [key, text.replaceAll(/../g, String.raw`\x$&`)]);
  const { stdout, stderr } = spawnSync('bash', ['-c', script, '-', library, ...escaped], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');

describe('HMAC-SHA-256 without openssl', () => {
  it('gives the values of RFC 4231, cases 1 to 4', () => {
    expect(
      hmacs([
        ['0b'.repeat(20), hex('Hi There')],
        [hex('Jefe'), hex('what do ya want for nothing?')],
        ['aa'.repeat(20), 'dd'.repeat(50)],
        ['0102030405060708090a0b0c0d0e0f10111213141516171819', 'cd'.repeat(50)],
      ]),
    ).toEqual([
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
      '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    ]);
  });

  it('agrees with another one for any key of up to 64 bytes, zeros and bytes above 127 included', () => {
    const bytes = (least: number, most: number, smallest: number) =>
      fc
        .array(fc.integer({ min: smallest, max: 255 }), { minLength: least, maxLength: most })
        .map((all) => Buffer.from(all).toString('hex'));
    // A shell variable holds no NUL, so the text has none; keys have, they are themselves hashes.
    const pairs = fc.sample(fc.tuple(bytes(1, 64, 0), bytes(1, 80, 1)), 20);
    const wanted = pairs.map(([key, text]) =>
      createHmac('sha256', Buffer.from(key, 'hex')).update(Buffer.from(text, 'hex')).digest('hex'),
    );
    expect(hmacs(pairs)).toEqual(wanted);
  });
});
