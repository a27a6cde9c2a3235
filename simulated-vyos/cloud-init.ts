import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';

/** On the first boot /config is not mounted yet, and this is where its files are. */
const CONFIG = '/opt/vyatta/etc/config';

interface CloudConfig {
  readonly write_files?: readonly {
    readonly path: string;
    readonly content: string;
    readonly encoding?: 'gz+b64' | 'b64';
    readonly permissions?: string;
  }[];
  readonly vyos_config_commands?: readonly string[];
}

/**
 * What cloud-init of VyOS does at the first boot, which has two of its modules: `write_files`, below `root`, and
 * `vyos_config_commands` (vyos-cloud-init, cc_vyos_userdata.py).
 *
 * @param userData as EC2 has it, gzip or not
 * @returns the commands, in words
 * @throws Error for what cloud-init would ignore or lose: another module, a file that no later boot has
 */
export function cloudInit(userData: Buffer, root: string): string[][] {
  const text = (userData[0] === 0x1f ? gunzipSync(userData) : userData).toString('utf8');
  if (!text.startsWith('#cloud-config\n')) throw new Error('user data is no cloud-config');
  const config = parse(text, { version: '1.1' }) as CloudConfig;
  const others = Object.keys(config).filter((key) => !['write_files', 'vyos_config_commands'].includes(key));
  if (others.length > 0) throw new Error(`cloud-init of VyOS has no module for ${others.join(', ')}`);
  for (const { path, content, encoding, permissions = '0644' } of config.write_files ?? []) {
    if (!path.startsWith(`${CONFIG}/`)) throw new Error(`${path} would be lost: only ${CONFIG} is kept`);
    const file = join(root, 'config', path.slice(CONFIG.length));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, decoded(content, encoding));
    chmodSync(file, Number.parseInt(permissions, 8));
  }
  return (config.vyos_config_commands ?? []).map(wordsOf);
}

function decoded(content: string, encoding: 'gz+b64' | 'b64' | undefined): Buffer {
  if (encoding === undefined) return Buffer.from(content);
  const bytes = Buffer.from(content, 'base64');
  return encoding === 'b64' ? bytes : gunzipSync(bytes);
}

/** What stands in single quotes at the end is a value, all else are nodes. */
function wordsOf(command: string): string[] {
  const found = /^(?<verb>set|delete) (?<path>[^']+?)( '(?<value>.*)')?$/.exec(command)?.groups;
  if (found === undefined) throw new Error(`cloud-init of VyOS ignores ${command}`);
  return [
    found['verb'] ?? '',
    ...(found['path'] ?? '').split(' '),
    ...(found['value'] === undefined ? [] : [found['value']]),
  ];
}
