import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * Lines as a text of base64: a configuration of 99 tunnels is some 400 KB as it stands, and DynamoDB's item as much at most.
 */
export function packedLines(lines: readonly string[]): string {
  return gzipSync(lines.join('\n'), { level: 9 }).toString('base64');
}

/** Of a configuration far larger than any that could be pushed. */
const MOST_BYTES = 16 * 1024 * 1024;

export function unpackedLines(packed: string): string[] {
  const text = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
  return text === '' ? [] : text.split('\n');
}
