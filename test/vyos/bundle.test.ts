import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Topology } from '#topology/topology.ts';
import { type Bundle, type BundleFile, deployedBundle, routerBundle } from '#vyos/bundle.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import { parseSetCommand } from '#vyos/quote.ts';
import { renderConfig } from '#vyos/render.ts';
import { example, examples, routersOf } from './topologies.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const programs: readonly BundleFile[] = [{ path: 'report', mode: 0o755, content: '#!/bin/bash\n' }];
const apiUrl = 'https://events.example.com';
const bundleOf = (topology: Topology, router: string) =>
  routerBundle(topology, router, { programs, version: '1.2.3', sha256, apiUrl });
const contentOf = (files: readonly BundleFile[], path: string) => files.find((file) => file.path === path)?.content;

const topology = example('tokyo-virginia');

test('it holds the programs, their configuration, Serf’s, the set commands and user data', () => {
  const { files } = bundleOf(topology, 'tokyo-1');
  expect(files.map(({ path }) => path)).toEqual([
    'VERSION',
    'cloud-init.yaml',
    'config.set',
    'report',
    'report.conf',
    'serf.json.in',
    'INDEX',
  ]);
  expect(contentOf(files, 'config.set')).toBe(`${renderConfig(topology, 'tokyo-1').lines.join('\n')}\n`);
});

test('its index has mode, hash and path of every other file', () => {
  const { files } = bundleOf(topology, 'tokyo-1');
  const others = files.filter(({ path }) => path !== 'INDEX');
  expect(contentOf(files, 'INDEX')).toBe(
    others.map(({ path, mode, content }) => `0${mode.toString(8)} ${sha256(content)} ${path}\n`).join(''),
  );
});

test('it has the version of the bundle that the stacks have, whatever the operator gives to it', () => {
  const deployed = deployedBundle(topology, 'tokyo-1', { programs, version: '1.2.3', sha256 });
  const byHand = routerBundle(topology, 'tokyo-1', { programs, version: '1.2.3', sha256, apiUrl, heartbeat: true });
  expect(byHand.programs).toEqual(deployed.programs);
  expect(contentOf(byHand.files, 'VERSION')).toBe(`1.2.3 ${deployed.programs.sha256}\n`);
  const others = deployedBundle(topology, 'tokyo-1', { programs: [], version: '1.2.3', sha256 });
  expect(others.programs.sha256).not.toBe(deployed.programs.sha256);
});

test('the same topology gives the same bundle', () => {
  expect(bundleOf(topology, 'tokyo-1')).toEqual(bundleOf(topology, 'tokyo-1'));
});

test('secrets are names, and every name in it is listed', () => {
  const { files, secrets } = bundleOf(topology, 'tokyo-1');
  const named = files.flatMap(({ content }) => [...content.matchAll(/\{\{ssm:([^}]*)\}\}/g)].map(([, name]) => name));
  expect(new Set(named)).toEqual(new Set(secrets));
  expect(secrets).toContain('/vyos-failover/tokyo-virginia/serf/tokyo');
});

test('without the detector serf it has neither Serf’s configuration nor its key; the rest is the same', () => {
  const sites = topology.sites.map((site) => ({ ...site, detectors: ['bfd' as const] }));
  const [without, whole] = [{ ...topology, sites }, topology].map((each) => bundleOf(each, 'tokyo-1')) as [
    Bundle,
    Bundle,
  ];
  const paths = ({ files }: Bundle) => files.map(({ path }) => path);
  expect(paths(without)).toEqual(paths(whole).filter((path) => path !== 'serf.json.in'));
  expect(contentOf(without.files, 'report.conf')).toContain("DETECTORS='bfd'\n");
  expect(contentOf(without.files, 'config.set')).toBe(contentOf(whole.files, 'config.set'));
  expect(without.secrets).toEqual(whole.secrets.filter((name) => !name.includes('/serf/')));
  expect(neededSecrets({ ...topology, sites }).filter(({ use }) => use === 'serf')).toEqual([]);
});

test('a router that can run none of the site’s detectors gets Serf, with its key', () => {
  const sites = topology.sites.map((site) => ({ ...site, detectors: ['bfd' as const] }));
  const { files, secrets } = bundleOf({ ...topology, profile: 'original', sites }, 'tokyo-1');
  expect(contentOf(files, 'report.conf')).toContain("DETECTORS='serf'\n");
  expect(contentOf(files, 'serf.json.in')).toBeDefined();
  expect(secrets).toContain('/vyos-failover/tokyo-virginia/serf/tokyo');
});

test('VyOS 1.1 gets none; the error states the reason', () => {
  expect(() => bundleOf(example('original-2014'), 'tokyo-1')).toThrow(
    /VyOS 1\.1, whose bash, curl and init are too old/,
  );
});

interface GrammarNode {
  readonly c?: Readonly<Record<string, GrammarNode>>;
  readonly t?: 't' | 'l';
  readonly v?: 1;
}

const data = new URL('../../../shared/vyos-check/data/', import.meta.url);

/** As cloud-init on VyOS reads a command: what stands in single quotes at its end is a value, all else are nodes. */
const asCloudInit = /^set (?<path>[^']+?)( '(?<value>[^']*)')?$/;

test.skipIf(!existsSync(data)).each(['1.3', '1.4', '1.5'] as const)(
  'in user data, on %s, values are quoted and nodes are not (skipped where ../shared/vyos-check is not there)',
  (vyos) => {
    const { tree } = JSON.parse(readFileSync(new URL(`${vyos}.json`, data), 'utf8')) as {
      tree: Readonly<Record<string, GrammarNode>>;
    };
    for (const each of examples.filter(({ profile }) => profile === 'fast')) {
      for (const router of routersOf(each)) {
        const commands = commandsOf(inVersion(each, vyos), router.name);
        const wrong = commands.filter((command) => {
          const groups = asCloudInit.exec(command)?.groups;
          return groups === undefined || (groups['value'] !== undefined) !== endsInValue(command, { c: tree });
        });
        expect(commands.length).toBeGreaterThan(30);
        expect(wrong).toEqual([]);
      }
    }
  },
);

test('user data has no key, no IPsec, and nothing that needs a script', () => {
  const commands = commandsOf(example('ipv6-and-prefix-lists'), 'frankfurt-1').join('\n');
  expect(commands).not.toMatch(/ssm:|vpn ipsec|vrrp|vti/);
});

function inVersion(each: Topology, vyos: '1.3' | '1.4' | '1.5'): Topology {
  const sites = each.sites.map((site) => ({
    ...site,
    routers: { active: { ...site.routers.active, vyos }, standby: { ...site.routers.standby, vyos } },
  }));
  return { ...each, sites };
}

function commandsOf(each: Topology, router: string): readonly string[] {
  const text = contentOf(bundleOf(each, router).files, 'cloud-init.yaml') ?? '';
  expect(text.startsWith('#cloud-config\n')).toBe(true);
  return (parse(text) as { vyos_config_commands: string[] }).vyos_config_commands;
}

/** True where the last word is a leaf's value. */
function endsInValue(command: string, root: GrammarNode): boolean {
  const path = parseSetCommand(command, 0) ?? [];
  let node = root;
  for (let index = 0; index < path.length; index += 1) {
    const next = node.c?.[path[index] ?? ''];
    if (next === undefined) throw new Error(`the grammar has no ${path.slice(0, index + 1).join(' ')}`);
    node = next;
    if (node.t === 'l') return node.v !== 1;
    if (node.t === 't') index += 1;
  }
  return false;
}
