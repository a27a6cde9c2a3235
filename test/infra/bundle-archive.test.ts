import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { createdUserData } from '#infra/created/created-user-data.ts';
import { bundleArchive } from '#infra/router-bundles/bundle-archive.ts';
import type { Topology } from '#topology/topology.ts';
import { LARGEST_USER_DATA } from '#vyos/user-data.ts';
import { example } from '../vyos/topologies.ts';

const topology = example('tokyo-virginia');
const made = (of: Topology = topology) => bundleArchive(of, 'tokyo-1');
const userDataOf = (of: Topology = topology) => createdUserData(of, 'tokyo-1');
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
    const largest = createdUserData(withLongestNames(topology), 'r'.repeat(63));
    expect(largest.length).toBeLessThan(LARGEST_USER_DATA * 0.7);
  });

  it('has only the two modules that VyOS knows, and values in single quotes', () => {
    const config = parse(userDataOf().toString(), { version: '1.1' }) as Record<string, unknown>;
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
    const before = userDataOf();
    expect(userDataOf(changed).equals(before)).toBe(true);
    expect(made(changed).sha256).not.toBe(made().sha256);
    const packed = parse(before.toString(), { version: '1.1' }) as {
      write_files: { content: string; encoding?: string }[];
    };
    const texts = packed.write_files.map(({ content, encoding }) =>
      encoding === undefined ? content : gunzipSync(Buffer.from(content, 'base64')).toString(),
    );
    const all = [before.toString(), ...texts].join('\n');
    expect(all).toContain('/vyos-failover/tokyo-virginia/tokyo/boot/tokyo-1');
    expect(all).not.toMatch(new RegExp(`/psk/|ssm:/|198\\.51\\.100|203\\.0\\.113|${made().sha256}`));
  });
});

describe('the archive of a bundle', () => {
  const read = (file: string) => unzipSync(readFileSync(file));
  const text = (content: Uint8Array | undefined) => Buffer.from(content ?? []).toString();

  it('has the files of its index with their modes, as Python reads them, and no agent', () => {
    const { file, sha256: hash } = made();
    expect(sha256(readFileSync(file))).toBe(hash);
    const files = read(file);
    const index = text(files['INDEX']).trimEnd().split('\n');
    const script =
      'import sys, zipfile\nfor each in zipfile.ZipFile(sys.argv[1]).infolist(): print("0%o" % (each.external_attr >> 16 & 0o777), each.filename)';
    const listed = execFileSync('/usr/bin/python3', ['-c', script, file], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(listed).toHaveLength(index.length + 1);
    for (const line of index) {
      const [mode, hashed, path = ''] = line.split(' ');
      expect(listed).toContain(`${mode} ${path}`);
      expect(sha256(Buffer.from(files[path] ?? []))).toBe(hashed);
    }
    expect(index.join('\n')).not.toMatch(/amazon-ssm-agent\.deb|cloud-init\.yaml/);
  });

  it.each(['Asia/Tokyo', 'America/St_Johns', 'Pacific/Apia'])(
    'is the same in the time zone %s, and has no API of its own yet',
    (zone) => {
      const here = made().sha256;
      vi.stubEnv('TZ', zone);
      onTestFinished(() => void vi.unstubAllEnvs());
      expect(made().sha256).toBe(here);
      const conf = text(read(made().file)['report.conf']);
      expect(conf).toContain("API_URL='{{apiUrl}}'\n");
      expect(conf).toContain("WITNESS_APIS='virginia@us-east-1={{witnessUrl:virginia}}'\n");
    },
  );

  it('states its version, which an edit of what runs on the router changes, and an edit that is only pushed does not', () => {
    const { file, programs } = made();
    expect(text(read(file)['VERSION'])).toBe(`${programs.version} ${programs.sha256}\n`);
    const edited = (edit: object) => {
      const after = made({ ...topology, sites: topology.sites.map((site) => ({ ...site, ...edit })) });
      return { bundle: after.sha256 !== made().sha256, programs: after.programs.sha256 !== programs.sha256 };
    };
    expect(edited({ confirmMs: 1_000 })).toEqual({ bundle: true, programs: true });
    expect(edited({ detectors: ['bfd'] })).toEqual({ bundle: true, programs: true });
    expect(edited({ frontSubnets: ['10.99.0.0/20'] })).toEqual({ bundle: true, programs: false });
  });
});
