import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';

const folder = new URL('../../router/apply-config.d/', import.meta.url).pathname;

interface Read {
  readonly lines: readonly (readonly string[])[];
  readonly again: string;
}

/** What the router's programs read of configurations as VyOS shows them: their lines in words, and how they are written again. */
function read(texts: readonly string[]): readonly Read[] {
  const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
import config_text
read = [config_text.parse(text) for text in json.load(sys.stdin)]
print(json.dumps([{'lines': list(config_text.lines(nodes)), 'again': ''.join(config_text.render(nodes))} for nodes in read]))`;
  const input = JSON.stringify(texts);
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-ISc', program, folder], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as readonly Read[];
}

const around = (value: string) => `system {
    host-name tokyo-1
    login {
        banner {
            post-login ${value}
        }
    }
}
vpn {
    ipsec {
        interface eth0
    }
}
`;

const others = [
  ['system', 'host-name', 'tokyo-1'],
  ['vpn', 'ipsec', 'interface', 'eth0'],
];

const banners = [
  ['of several lines', '"Welcome\nto {tokyo}\n"', 'Welcome\nto {tokyo}\n'],
  ['with escaped quotes', '"Welcome \\"home\\" now"', 'Welcome \\"home\\" now'],
  ['that ends in a backslash', '"see C: \\"', 'see C: \\'],
  ['with umlauts', '"Zutritt für Befugte"', 'Zutritt für Befugte'],
  ['with quotes inside quotes, as one text', '"Welcome "home" now"', '"Welcome "home" now"'],
  ['with a quote that is never closed, as one text', 'it"s open', 'it"s open'],
] as const;

let found: readonly Read[];
beforeAll(() => {
  found = read(banners.map(([, written]) => around(written)));
});

test.each(banners.map(([what, written, value], index) => [what, written, value, index] as const))(
  'a banner %s is read, and all that stands beside it, and written as it was',
  (_, written, value, index) => {
    expect(found[index]?.lines).toEqual([others[0], ['system', 'login', 'banner', 'post-login', value], others[1]]);
    expect(found[index]?.again).toBe(around(written));
  },
);
