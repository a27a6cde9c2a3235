import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const folder = new URL('../../router/apply-config.d/', import.meta.url).pathname;

/** What the router's programs read of a configuration as VyOS shows it: its lines in words, and how it is written again. */
function read(text: string): { readonly lines: readonly (readonly string[])[]; readonly again: string } {
  const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
import config_text
nodes = config_text.parse(sys.stdin.read())
print(json.dumps({'lines': list(config_text.lines(nodes)), 'again': ''.join(config_text.render(nodes))}))`;
  const { stdout, stderr } = spawnSync('python3', ['-c', program, folder], { input: text, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as ReturnType<typeof read>;
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

test.each([
  ['of several lines', '"Welcome\nto {tokyo}\n"', 'Welcome\nto {tokyo}\n'],
  ['with escaped quotes', '"Welcome \\"home\\" now"', 'Welcome \\"home\\" now'],
  ['that ends in a backslash', '"see C: \\"', 'see C: \\'],
  ['with umlauts', '"Zutritt für Befugte"', 'Zutritt für Befugte'],
  ['with quotes inside quotes, as one text', '"Welcome "home" now"', '"Welcome "home" now"'],
  ['with a quote that is never closed, as one text', 'it"s open', 'it"s open'],
])('a banner %s is read, and all that stands beside it, and written as it was', (_, written, value) => {
  const { lines, again } = read(around(written));
  expect(lines).toEqual([others[0], ['system', 'login', 'banner', 'post-login', value], others[1]]);
  expect(again).toBe(around(written));
});
