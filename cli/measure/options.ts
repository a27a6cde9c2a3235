/** Options that name the two ends of a measurement between hosts. */
import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';

export function instanceOption(text: string): string {
  if (/^i-[0-9a-f]{8,17}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an instance id, such as i-0a1b2c3d4e5f60041.');
}

export function addressOption(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new InvalidArgumentError('It must be an IP address, such as 10.2.0.20.');
}
