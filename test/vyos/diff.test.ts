import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffConfig } from '#vyos/diff.ts';
import { ownership } from '#vyos/ownership.ts';
import { parseSetCommand } from '#vyos/quote.ts';
import { renderConfig } from '#vyos/render.ts';
import { SimulatedConfig } from './simulated-config.ts';
import { anyTopology, example, routersOf } from './topologies.ts';

const topology = example('tokyo-virginia');
const wanted = renderConfig(topology, 'tokyo-1').lines;

/** What an image brings, and an operator may have added: none of our business. */
const foreign = [
  "set interfaces ethernet eth0 address 'dhcp'",
  "set interfaces ethernet eth0 hw-id '02:00:00:00:00:01'",
  "set interfaces loopback lo address '192.0.2.99/32'",
  "set service ssh port '22'",
  "set system login user vyos authentication encrypted-password '$6$abc'",
  "set protocols static route 192.0.2.0/24 next-hop '10.1.100.1'",
  "set policy route-map home-made rule 5 action 'permit'",
];

/** Beside what is ours, under names that no topology of these tests has. */
const strangers = [
  "set vpn ipsec site-to-site peer partner authentication mode 'pre-shared-secret'",
  "set vpn ipsec authentication psk partner secret 'hunter2'",
  "set vpn ipsec ike-group partner-ike lifetime '86400'",
  "set vpn ipsec options interface 'eth1'",
  "set protocols bgp neighbor 192.0.2.7 password 'hunter2'",
  "set protocols bgp neighbor 192.0.2.7 remote-as '64999'",
  'set protocols bgp parameters always-compare-med',
  'set protocols bgp address-family ipv4-unicast network 192.0.2.0/24',
  "set interfaces tunnel tun77 address '192.0.2.1/30'",
  "set interfaces vti vti77 address '192.0.2.9/30'",
  "set policy route-map partner-in rule 30 action 'permit'",
];

/** In what is ours, and not from us. */
const intruders = [
  "set vpn ipsec site-to-site peer virginia-1 authentication x509 passphrase 'hunter2'",
  "set interfaces tunnel tun0 address '192.0.2.5/30'",
  "set interfaces tunnel tun0 mtu '1300'",
  "set policy route-map ebgp-out rule 30 action 'permit'",
];

describe('the simulated router', () => {
  test('returns what was set, with one value where VyOS keeps one', () => {
    const config = new SimulatedConfig([
      "set a b mtu '1'",
      "set a b address '1'",
      "set a b mtu '2'",
      "set a b address '2'",
    ]);
    expect(config.lines()).toEqual(["set 'a' 'b' 'mtu' '2'", "set 'a' 'b' 'address' '1'", "set 'a' 'b' 'address' '2'"]);
  });
});

describe('commands', () => {
  test('are none for a router with the wanted configuration, with any keys', () => {
    expect(diffConfig(asRunning(wanted), wanted).commands).toEqual([]);
    expect(diffConfig([...foreign, ...asRunning(wanted)], wanted, { previous: wanted })).toMatchObject({
      commands: [],
      drift: { added: [], removed: [] },
    });
  });

  test('set everything on an empty router', () => {
    expect(diffConfig(foreign, wanted).commands).toEqual(wanted);
  });

  test('overwrite a single value, and replace one of several', () => {
    const running = asRunning(wanted).map((text) =>
      text
        .replace("tun0 'mtu' '1414'", "tun0 'mtu' '1300'")
        .replace("'tun0' 'mtu' '1414'", "'tun0' 'mtu' '1300'")
        .replace("'tun0' 'address' '169.254.10.1/30'", "'tun0' 'address' '169.254.99.1/30'"),
    );
    expect(diffConfig(running, wanted).commands).toEqual([
      'delete interfaces tunnel tun0 address 169.254.99.1/30',
      'set interfaces tunnel tun0 address 169.254.10.1/30',
      'set interfaces tunnel tun0 mtu 1414',
    ]);
  });

  test('delete a subtree with nothing wanted in it as a whole, up to the root of the managed part', () => {
    const extra = ["set interfaces tunnel tun7 address '192.0.2.1/30'", "set interfaces tunnel tun7 mtu '1400'"];
    const running = [...asRunning(wanted), ...extra];
    expect(diffConfig(running, wanted, { previous: [...wanted, ...extra] }).commands).toEqual([
      'delete interfaces tunnel tun7',
    ]);
    const { commands } = diffConfig(asRunning(wanted), ['set system host-name tokyo-1'], { previous: wanted });
    expect(commands).toContain('delete vpn ipsec');
    expect(commands).not.toContain('delete vpn');
  });

  test('handle nodes that an upgrade has renamed since the last push like the originals, without drift', () => {
    const before = renderConfig(topology, 'virginia-1', { vyos: '1.5' }).lines;
    const after = asRunning(before).map((text) =>
      text.replace("connection-type' 'respond'", "connection-type' 'trap'"),
    );
    expect(after).not.toEqual(asRunning(before));
    const { commands, drift } = diffConfig(after, ['set system host-name virginia-1'], { previous: before });
    expect([commands.at(0), drift]).toEqual([
      'delete interfaces loopback lo address 10.255.2.1/32',
      { added: [], removed: [] },
    ]);
  });

  test('keep an empty node on the way to a wanted one', () => {
    expect(diffConfig(['set interfaces tunnel tun0', ...foreign], wanted).commands).toEqual(wanted);
  });

  test('do not set a wanted node again that has got children', () => {
    const on13 = renderConfig(topology, 'tokyo-1', { vyos: '1.3' }).lines;
    const running = asRunning(on13).map((text) =>
      text.endsWith("'169.254.10.2' 'bfd'") ? `${text} 'check-control-plane-failure'` : text,
    );
    expect(diffConfig(running, on13).commands).toEqual([
      'delete protocols bgp 65001 neighbor 169.254.10.2 bfd check-control-plane-failure',
    ]);
  });

  test('delete a static route that is no longer wanted only if the last push shows that it is managed', () => {
    const old = "set protocols static route 10.99.0.0/24 next-hop '10.1.100.1'";
    const running = [...asRunning(wanted), old, ...foreign];
    expect(diffConfig(running, wanted).commands).toEqual([]);
    expect(diffConfig(running, wanted, { previous: [...wanted, old] }).commands).toEqual([
      'delete protocols static route 10.99.0.0/24',
    ]);
  });

  test('manage a wanted route with all of its children', () => {
    const second = "set protocols static route 10.1.0.0/20 next-hop '10.1.100.99'";
    expect(diffConfig([...asRunning(wanted), second], wanted).commands).toEqual([
      'delete protocols static route 10.1.0.0/20 next-hop 10.1.100.99',
    ]);
  });

  test('ignore lines that are not set commands', () => {
    expect(diffConfig(['# hello', '', 'comment x', ...asRunning(wanted)], wanted).commands).toEqual([]);
  });
});

describe('secrets', () => {
  const secretOf = (name: string) => `set vpn ipsec authentication psk virginia-1 secret '{{ssm:${name}}}'`;
  const before = '/vyos-failover/tokyo-virginia/psk/tokyo-1--virginia-1';

  test('a missing key is set', () => {
    const running = asRunning(wanted).filter((text) => !text.includes("'secret'"));
    expect(diffConfig(running, wanted).commands).toEqual([secretOf(before)]);
  });

  test('a key is set again if its name has changed since the last push, or on request', () => {
    const renamed = wanted.map((text) => text.replace(before, '/other/name'));
    expect(diffConfig(asRunning(wanted), renamed, { previous: wanted }).commands).toEqual([secretOf('/other/name')]);
    expect(diffConfig(asRunning(wanted), wanted, { rotate: [before] }).commands).toEqual([secretOf(before)]);
    expect(diffConfig(asRunning(wanted), wanted, { rotate: ['/not/here'] }).commands).toEqual([]);
  });

  test('the value of a secret never appears in the result', () => {
    const said = JSON.stringify([
      diffConfig([...asRunning(wanted), ...intruders, ...strangers], wanted, { previous: wanted }),
      diffConfig([...asRunning(wanted), ...intruders, ...strangers], []),
    ]);
    expect(said).not.toMatch(/hunter2|\$6\$abc|secret-of-/);
    expect(said).toContain('psk partner');
  });

  test('a wanted line with the value of a key is refused, without repeating it', () => {
    const bare = "set vpn ipsec authentication psk virginia-1 secret 'hunter2'";
    expect(() => diffConfig([], [bare])).toThrow(
      /^vpn ipsec authentication psk virginia-1 secret holds the value of a secret/,
    );
    expect(() => diffConfig([], [bare])).not.toThrow(/hunter2/);
  });
});

describe('drift', () => {
  test('changes since the last push are distinguished from pushed ones', () => {
    const running = [
      ...asRunning(wanted).filter((text) => !text.includes("'tun0' 'mtu'")),
      ...intruders.slice(0, 1),
      ...strangers,
    ];
    expect(diffConfig(running, wanted, { previous: wanted }).drift).toEqual({
      added: ['set vpn ipsec site-to-site peer virginia-1 authentication x509 passphrase (not shown)'],
      removed: ['set interfaces tunnel tun0 mtu 1414'],
    });
  });

  test('a pushed line that is now wanted differently is no drift', () => {
    const next = renderConfig(topology, 'tokyo-1', { bfd: { intervalMs: 100, multiplier: 6 } }).lines;
    const { commands, drift } = diffConfig(asRunning(wanted), next, { previous: wanted });
    expect(drift).toEqual({ added: [], removed: [] });
    expect(commands).toHaveLength(2);
  });

  test('without a last push there is no drift', () => {
    expect(diffConfig([...asRunning(wanted), ...intruders], wanted).drift).toBeUndefined();
  });
});

const anyRendering = fc
  .record({
    topology: fc.oneof({ arbitrary: anyTopology, weight: 2 }, { arbitrary: fc.constant(topology), weight: 1 }),
    router: fc.nat(),
    style: fc.constantFrom(
      { profile: 'original', vyos: '1.1' } as const,
      { profile: 'original', vyos: '1.4' } as const,
      { profile: 'fast', vyos: '1.3' } as const,
      { profile: 'fast', vyos: '1.4' } as const,
      { profile: 'fast', vyos: '1.4', tunnels: 'vti' } as const,
    ),
  })
  .map(({ topology: each, router, style }) => {
    const routers = routersOf(each);
    return renderConfig(each, routers[router % routers.length]?.name ?? '', style).lines;
  });

test('on any router, the commands bring the managed part to the wanted state and change nothing else', () => {
  const anyGaps = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });
  const anyRunning = fc.tuple(anyRendering, anyGaps, fc.subarray(intruders), fc.subarray(strangers));
  fc.assert(
    fc.property(anyRunning, anyRendering, fc.boolean(), ([base, gaps, changes, others], next, known) => {
      const kept = base.filter((_, index) => !(gaps[index % gaps.length] ?? false));
      const router = new SimulatedConfig([...foreign, ...others, ...asRunning(kept), ...changes]);
      // Of a leaf with one value the last one counts.
      const before = router.lines();
      const { commands } = diffConfig(before, next, { previous: known ? base : undefined });
      for (const command of commands) router.run(command);
      const expected = [...leftovers(before, base, next, known), ...next].map(normal);
      // Above what is ours nothing is deleted, not even a node that has become empty.
      const full = router.lines().map(normal);
      const outcome = full.filter((text) => expected.includes(text) || !isEmptyNode(text));
      expect(new Set(outcome)).toEqual(new Set(expected));
      expect(diffConfig(router.lines(), next, { previous: next })).toMatchObject({
        commands: [],
        drift: { added: [], removed: [] },
      });
    }),
    { numRuns: 150 },
  );
});

/**
 * What stays of `there` besides what is wanted: without knowing the last push (`base`), all nodes that the next one does not
 * name; otherwise those that neither names.
 */
function leftovers(
  there: readonly string[],
  base: readonly string[],
  next: readonly string[],
  known: boolean,
): readonly string[] {
  const { rootOf } = ownership(pathsOf([...next, ...(known ? base : [])]), []);
  return there.filter((text) => pathsOf([text]).every((path) => rootOf(path) === undefined));
}

function pathsOf(lines: readonly string[]): (readonly string[])[] {
  return lines.map((text) => parseSetCommand(text, 0) ?? []);
}

/** A node that had something below it once. */
function isEmptyNode(text: string): boolean {
  const words = text.split(' ');
  return words.length <= 5 && !/\d/.test(words.at(-1) ?? '');
}

/** As a router shows it: values in quotes, a key where its name stood. */
function asRunning(lines: readonly string[]): string[] {
  return lines.map((text, index) =>
    `set ${(parseSetCommand(text, 0) ?? []).map((word) => `'${word}'`).join(' ')}`.replace(
      /'\{\{ssm:[^']*\}\}'/,
      `'secret-of-${index}'`,
    ),
  );
}

/** For comparing: unquoted, and every key alike. */
function normal(text: string): string {
  return (parseSetCommand(text, 0) ?? [])
    .join(' ')
    .replace(/ (secret|pre-shared-secret|encrypted-password) \S+$/, ' $1');
}
