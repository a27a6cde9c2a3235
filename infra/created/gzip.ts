import { gzipSync } from 'node:zlib';

/** In the header (RFC 1952), the system that compressed; 255: unknown. */
const SYSTEM = 9;

/** The same bytes on every system. */
export function gzip(content: string | Uint8Array): Buffer {
  const compressed = gzipSync(content, { level: 9 });
  compressed[SYSTEM] = 255;
  return compressed;
}
