import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { VyosVersion } from '#topology/topology.ts';
import { changedTunnels } from '#vyos/changed-tunnels.ts';
import { type ConfigDiff, diffConfig } from '#vyos/diff.ts';
import { parseShownLine } from '#vyos/quote.ts';
import { renderConfig } from '#vyos/render.ts';
import { load, routerFile, siteFile } from '../topology/files.ts';

/**
 * `dumps/`: what `show configuration commands` prints on routers that do other things, made up in the shapes that public
 * repositories have; some values as only an old VyOS or an editor of config.boot would let them be.
 */
const folder = new URL('./dumps/', import.meta.url);
const dumps = readdirSync(folder).map((file) => ({
  file,
  vyos: /-(1\.\d)\.txt$/.exec(file)?.[1] as VyosVersion,
  lines: readFileSync(new URL(file, folder), 'utf8').split('\n'),
}));

function topologyOf(firstTunnel: number, tunnelType: 'gre' | 'vti' = 'gre') {
  const tokyo = siteFile('tokyo', 1);
  const routers = { 'tokyo-1': { ...routerFile('active', 1, 1), firstTunnel }, 'tokyo-2': routerFile('standby', 1, 2) };
  return load({ name: 'x', tunnelType, sites: { tokyo: { ...tokyo, routers }, virginia: siteFile('virginia', 2) } });
}

const wantedOf = (vyos: VyosVersion, firstTunnel = 20) =>
  renderConfig(topologyOf(firstTunnel), 'tokyo-1', { vyos }).lines;

const said = ({ drift, leftAlone, commands }: ConfigDiff) => JSON.stringify([drift, leftAlone, commands]);

describe.each(dumps)('a router with other configuration ($file)', ({ vyos, lines }) => {
  const wanted = wantedOf(vyos);
  const adopted = diffConfig(lines, wanted, { previous: [] });

  test('loses nothing when it is adopted, and has no drift', () => {
    expect(adopted.commands.filter((command) => command.startsWith('delete'))).toEqual([]);
    expect(adopted.drift).toEqual({ added: [], removed: [] });
  });

  test('gets only what is missing', () => {
    const has = new Set(lines.map((line) => parseShownLine(line)?.join(' ')));
    for (const command of adopted.commands) expect(has).not.toContain(parseShownLine(command)?.join(' '));
  });

  test('lists the nodes left alone, without secrets', () => {
    expect(adopted.leftAlone).toMatchSnapshot();
    expect(said(adopted)).not.toMatch(/kd8|TestPSK|gp"pass|aGVsbG8|rounds=/);
  });

  test('loses only pushed nodes that are no longer wanted', () => {
    const pushed = [...lines, ...wanted];
    const { commands } = diffConfig(pushed, ['set system host-name tokyo-1'], { previous: wanted });
    const gone = (path: readonly string[]) =>
      commands.some((command) =>
        ` ${path.join(' ')} `.startsWith(` ${command.slice('delete '.length).replaceAll("'", '')} `),
      );
    const theirs = lines.flatMap((line) => [parseShownLine(line) ?? []]).filter((path) => path.length > 0);
    const shared = new Set(wanted.map((line) => parseShownLine(line)?.join(' ')));
    expect(theirs.filter((path) => gone(path) && !shared.has(path.join(' ')))).toEqual([]);
    expect(commands.length).toBeGreaterThan(5);
  });

  test('has no changed tunnels', () => {
    expect(changedTunnels(topologyOf(20), 'tokyo-1', lines, adopted.commands)).toEqual([]);
  });
});

describe('a generated name that the router already uses', () => {
  const running = [
    "set interfaces tunnel tun0 address '172.31.255.1/30'",
    "set interfaces tunnel tun0 remote '198.18.0.9'",
  ];

  test('is drift, so that nothing is pushed without an override', () => {
    expect(diffConfig(running, wantedOf('1.4', 0), { previous: [] }).drift?.added).toEqual([
      'set interfaces tunnel tun0 address 172.31.255.1/30',
      'set interfaces tunnel tun0 remote 198.18.0.9',
    ]);
  });

  test('loses nothing before that', () => {
    const { commands } = diffConfig(running, wantedOf('1.4', 0), { previous: [], adopting: true });
    expect(commands.filter((command) => command.startsWith('delete'))).toEqual([]);
  });

  test('does not conflict with another firstTunnel', () => {
    const { commands, drift } = diffConfig(running, wantedOf('1.4', 1), { previous: [] });
    expect(drift?.added).toEqual([]);
    expect(commands).toContain('set interfaces tunnel tun1 address 169.254.10.1/30');
  });
});

describe('a value that cannot be read', () => {
  test('is one word after the readable nodes', () => {
    expect(parseShownLine(`set interfaces tunnel tun0 description 'it's "old"'`)).toEqual([
      'interfaces',
      'tunnel',
      'tun0',
      'description',
      `'it's "old"'`,
    ]);
  });

  test('in a managed node is overwritten, or its leaf is deleted', () => {
    const running = [
      `set interfaces tunnel tun20 description 'it's mine'`,
      `set protocols bgp neighbor 169.254.10.2 password "a"b"`,
    ];
    const { commands } = diffConfig(running, wantedOf('1.4'), { previous: [] });
    expect(commands.filter((command) => command.startsWith('delete'))).toEqual([
      'delete protocols bgp neighbor 169.254.10.2 password',
    ]);
    expect(commands).toContain('set interfaces tunnel tun20 description virginia-1');
  });
});
