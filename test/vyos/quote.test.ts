import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { line } from '#vyos/line.ts';
import { deleteCommand, parseSetCommand, quote, setCommand, showSetCommand, valueFault } from '#vyos/quote.ts';
import { isSecretPlaceholder, secretName, secretPlaceholder } from '#vyos/secrets.ts';

const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });

test('a value without special characters is bare, any other in single quotes', () => {
  expect(quote('10.1.0.0/16')).toBe('10.1.0.0/16');
  expect(quote('two words')).toBe("'two words'");
  expect(quote('$(reboot)')).toBe("'$(reboot)'");
});

test('every written command is read back unchanged', () => {
  fc.assert(
    fc.property(
      fc.array(
        printable.filter((word) => valueFault(word) === undefined),
        { minLength: 1 },
      ),
      (words) => {
        expect(parseSetCommand(setCommand(words), 1)).toEqual(words);
      },
    ),
  );
});

test('a shell reads each value as one word, and executes none', () => {
  const words = ['$(touch /nonexistent/x)', '`id`', '; reboot', '*', '~', '#', '&& x', '-n', '{a,b}', '!!', '|x'];
  const { stdout } = spawnSync('bash', ['-c', `set() { printf '%s\\0' "$@"; }; ${setCommand(words)}`], {
    encoding: 'utf8',
  });
  expect(stdout.split('\0').slice(0, -1)).toEqual(words);
});

test('a value that VyOS cannot store is refused, and not repeated in the error', () => {
  for (const value of ["it's", 'a "b"', 'two\nlines', 'tab\t', '\u0000', 'back\\slash', 'ü', '']) {
    expect(() => setCommand(['interfaces', value])).toThrow(/^VyOS cannot store this value: it /);
  }
  expect(valueFault("hunter2'")).not.toContain('hunter2');
});

test('double braces are reserved for the names of secrets', () => {
  expect(valueFault('{{ssm:/vyos-failover/a/psk/b--c}}')).toBeUndefined();
  const others = ['{{ssm:}}', '{{ssm:name}}', '{{ssm:/a}}b', '{{', '}}', '{{env:X}}', '{{ssm:/a b}}'];
  expect(others.filter((value) => valueFault(value)?.includes('double braces') !== true)).toEqual([]);
  expect(others.filter(isSecretPlaceholder)).toEqual([]);
});

test('a placeholder gives back the name it was made from', () => {
  expect(secretName(secretPlaceholder('/vyos-failover/x/psk/a--b'))).toBe('/vyos-failover/x/psk/a--b');
  expect(() => secretPlaceholder('/x}}{{ssm:/y')).toThrow('not the name of an SSM parameter');
});

test('VyOS output is read with and without quotes; other lines are skipped', () => {
  expect(parseSetCommand("set interfaces ethernet eth0 description 'to the VPC'", 1)).toEqual(
    line`interfaces ethernet eth0 description ${'to the VPC'}`,
  );
  expect(parseSetCommand('  set protocols bgp system-as "65001"  ', 1)).toEqual(line`protocols bgp system-as 65001`);
  for (const other of ['', '# set x', 'delete x', 'settle x', "comment x 'set y'"]) {
    expect(parseSetCommand(other, 1)).toBeUndefined();
  }
});

test('an unreadable line is named by number, because it may hold a secret', () => {
  const broken = "set vpn ipsec authentication psk x secret 'hunter2";
  expect(() => parseSetCommand(broken, 17)).toThrow(/^line 17 .* quotes do not match$/);
});

test('a delete command holds any value that VyOS can have stored, and no other', () => {
  expect(deleteCommand(['interfaces', 'tunnel', 'Büro\\1'])).toBe("delete interfaces tunnel 'Büro\\1'");
  expect(() => deleteCommand(['interfaces', "x'; reboot; '"])).toThrow(/which VyOS does not accept/);
  expect(() => deleteCommand(['interfaces', 'x\u001b[2J'])).toThrow(/which VyOS does not accept/);
});

test('a displayed path has no characters that a terminal obeys', () => {
  expect(showSetCommand(['a', '\u001b[2J\u202e'])).toBe("set a '\ufffd[2J\ufffd'");
});
