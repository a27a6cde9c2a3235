import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { routerBundleFile } from '#infra/created/router-bundle-file.ts';
import type { Topology } from '#topology/topology.ts';
import { LARGEST_USER_DATA } from '#vyos/user-data.ts';
import { example } from '../vyos/topologies.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'agent.deb'), `!<arch>\n${'x'.repeat(1000)}`);

const topology: Topology = { ...example('tokyo-virginia'), ssmAgent: 'agent.deb' };
const made = (of: Topology = topology) => routerBundleFile(of, 'tokyo-1', folder);
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** The names that AWS, and a topology's file, accept: none can be longer. */
function withLongestNames(of: Topology): Topology {
  const [site, ...others] = of.sites;
  if (site === undefined) throw new Error('the example has no site');
  const active = { ...site.routers.active, name: 'r'.repeat(63), interface: 'eth9' };
  const named = { ...site, name: 's'.repeat(30), routers: { ...site.routers, active } };
  const tunnels = of.tunnels.map((tunnel) => {
    const [a, b] = tunnel.between.map((end) => (end === 'tokyo-1' ? active.name : end));
    return { ...tunnel, between: [a ?? '', b ?? ''] as const };
  });
  return { ...of, name: 't'.repeat(40), sites: [named, ...others], tunnels };
}

describe('user data of a created router', () => {
  it('is far below the limit of EC2, with the longest names, too', () => {
    const largest = routerBundleFile(withLongestNames(topology), 'r'.repeat(63), folder).userData;
    expect(largest.length).toBeLessThan(LARGEST_USER_DATA * 0.7);
  });

  it('has only the two modules that VyOS knows, and values in single quotes', () => {
    const config = parse(made().userData.toString(), { version: '1.1' }) as Record<string, unknown>;
    expect(Object.keys(config)).toEqual(['write_files', 'vyos_config_commands']);
    expect(config['vyos_config_commands']).toEqual([
      "set system host-name 'tokyo-1'",
      "set system name-server 'eth0'",
      "set interfaces ethernet eth0 address 'dhcp'",
      "set system login user vyos authentication encrypted-password '*'",
      'delete system login user vyos authentication plaintext-password',
    ]);
  });

  it('has no name of a key, no address and no bundle, and stays the same when tunnels, addresses and programs change', () => {
    const changed = {
      ...topology,
      tunnels: topology.tunnels.slice(0, 2),
      sites: topology.sites.map((site) => ({ ...site, frontSubnets: [...site.frontSubnets, '10.99.0.0/20'] })),
    };
    const [before, after] = [made(), made(changed)];
    expect(after.userData.equals(before.userData)).toBe(true);
    expect(after.bundle.sha256).not.toBe(before.bundle.sha256);
    const packed = parse(before.userData.toString(), { version: '1.1' }) as {
      write_files: { content: string; encoding?: string }[];
    };
    const texts = packed.write_files.map(({ content, encoding }) =>
      encoding === undefined ? content : gunzipSync(Buffer.from(content, 'base64')).toString(),
    );
    const all = [before.userData.toString(), ...texts].join('\n');
    expect(all).toContain('/vyos-failover/tokyo-virginia/tokyo/boot/tokyo-1');
    expect(all).not.toMatch(new RegExp(`/psk/|ssm:/|198\\.51\\.100|203\\.0\\.113|${before.bundle.sha256}`));
  });
});

describe('the bundle of a created router', () => {
  it('is an archive that tar reads, with the files of its index and their modes, the agent included', () => {
    const { file, sha256: hash } = made().bundle;
    const content = readFileSync(file);
    expect(sha256(content)).toBe(hash);
    const read = (path: string) => execFileSync('tar', ['-xOzf', file, path]);
    const index = read('INDEX').toString().trimEnd().split('\n');
    const listed = execFileSync('tar', ['-tvzf', file], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(listed).toHaveLength(index.length + 1);
    for (const line of index) {
      const [mode, hashed, path = ''] = line.split(' ');
      const shown = mode === '0755' ? '-rwxr-xr-x' : '-rw-r--r--';
      expect(listed.some((each) => each.startsWith(`${shown} root/root`) && each.endsWith(` ${path}`))).toBe(true);
      expect(sha256(read(path))).toBe(hashed);
    }
    expect(index.join('\n')).toMatch(/amazon-ssm-agent\.deb$/m);
    expect(index.join('\n')).not.toContain('cloud-init.yaml');
  });

  it('is the same for the same topology, and has no API of its own yet', () => {
    const [one, other] = [readFileSync(made().bundle.file), readFileSync(made().bundle.file)];
    expect(one.equals(other)).toBe(true);
    const conf = execFileSync('tar', ['-xOzf', made().bundle.file, 'report.conf'], { encoding: 'utf8' });
    expect(conf).toContain("API_URL='{{apiUrl}}'\n");
    expect(conf).toContain("WITNESS_APIS='virginia@us-east-1={{witnessUrl:virginia}}'\n");
  });

  it('without the agent says so; what is no package is refused', () => {
    expect(made({ ...topology, ssmAgent: undefined }).notes).toEqual([expect.stringContaining('no SSM agent')]);
    writeFileSync(join(folder, 'page.html'), '<html>');
    expect(() => made({ ...topology, ssmAgent: 'page.html' })).toThrow(/page\.html is not a Debian package/);
  });
});
