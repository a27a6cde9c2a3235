import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadTopology } from '#topology/load.ts';
import { fileOf, type Loose, load, siteFile, twoSites } from './files.ts';
import { paths, replaced } from './places.ts';

/** Every answer is a topology or mistakes that point into the text and say something. */
function expectAnAnswer(text: string) {
  const { topology, mistakes } = loadTopology(text, 'any.yaml');
  if (topology !== undefined) return;
  expect(mistakes.length).toBeGreaterThan(0);
  const lines = text.split('\n').length;
  for (const { line, column, fault, hint } of mistakes) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(fault).not.toBe('');
    expect(hint).not.toBe('');
  }
  expect(mistakes.map(({ line }) => line)).toEqual(mistakes.map(({ line }) => line).toSorted((a, b) => a - b));
}

/** Every code point but surrogates. fast-check's own unit `binary` makes a table of all of them, which takes a second. */
const anyCharacter = fc
  .nat({ max: 0x10_ff_ff - 0x8_00 })
  .map((number) => String.fromCodePoint(number < 0xd8_00 ? number : number + 0x8_00));

const words = fc
  .constantFrom(
    'name sites tokyo routers tokyo-1 vpc id cidr tunnels between psk routeTables',
    '<< __proto__ constructor toString 10.1.0.0/16 169.254.10.0/30 rtb-00000001 0 null ~',
  )
  .chain((line) => fc.constantFrom(...line.split(' ')));
const yamlish = fc.array(
  fc.oneof(
    words,
    fc.constantFrom(
      ': ',
      '\n',
      '\n  ',
      '- ',
      '&a ',
      '*a',
      '{',
      '}',
      '[',
      ']',
      ', ',
      '"',
      '#',
      '!!set ',
      '|\n',
      '--- ',
      '? ',
    ),
  ),
  { maxLength: 40 },
);

/** Any value in any place of a file that is right otherwise: this reaches the cross checks. */
const anyValue = fc.oneof(
  words,
  fc.constantFrom<Loose>(null, true, 0, -1, 1.5, 65001, [], {}),
  fc.jsonValue({ maxDepth: 2 }).map((value) => value as Loose),
);

const complete = fileOf(load(twoSites()));

describe('the loader returns a topology or mistakes for', () => {
  test('arbitrary text', () => {
    const anyTexts = fc.array(anyCharacter, { maxLength: 200 }).map((characters) => characters.join(''));
    fc.assert(fc.property(anyTexts, expectAnAnswer), { numRuns: 200 });
  });

  test('text that looks like YAML', () => {
    fc.assert(
      fc.property(
        yamlish.map((parts) => parts.join('')),
        expectAnAnswer,
      ),
      { numRuns: 250 },
    );
  });

  test('arbitrary values', () => {
    fc.assert(
      fc.property(
        fc.jsonValue().map((value) => stringify(value)),
        expectAnAnswer,
      ),
      { numRuns: 150 },
    );
  });

  test('a valid file with two values replaced', () => {
    const place = fc.constantFrom(...paths(complete));
    const texts = fc
      .tuple(place, anyValue, place, anyValue)
      .map(([first, value, second, other]) => replacedIfThere(replaced(complete, first, value), second, other))
      .map((file) => JSON.stringify(file));
    fc.assert(fc.property(texts, expectAnAnswer), { numRuns: 200 });
  });

  test.each([
    ['brackets without end', '['.repeat(100_000)],
    ['lists in lists without end', '- '.repeat(20_000)],
    ['mappings in mappings', Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['a key that JavaScript knows', '__proto__: { name: x }\nsites: { __proto__: 1, constructor: 2 }'],
    ['a router by the name of a prototype', JSON.stringify(twoSites()).replace('"tokyo-1":', '"__proto__":')],
    ['aliases of aliases', 'a: &a {}\nb: &b {<<: *a, x: *a}\nname: *b\nsites: {<<: [*a, *b]}'],
  ])('%s', (_, text) => {
    expectAnAnswer(text);
    expect(loadTopology(text, 'any.yaml').topology).toBeUndefined();
  });
});

function replacedIfThere(value: unknown, path: readonly string[], by: unknown): unknown {
  return paths(value).some((known) => known.join('/') === path.join('/')) ? replaced(value, path, by) : value;
}

describe('a topology that is written back as YAML', () => {
  const sites = fc
    .uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 })
    .map((numbers) =>
      Object.fromEntries(numbers.map((number) => [`site${number}`, siteFile(`site${number}`, number)])),
    );
  const policy = fc.record(
    {
      prefer: fc.constantFrom('availability', 'safety'),
      mode: fc.constantFrom('automatic', 'observe', 'off'),
      evacuate: fc.constantFrom('manual', 'automatic'),
      holdDown: fc.constantFrom('0s', '90s', '5m', '1h30m', '24h'),
      maxSwapsPerHour: fc.integer({ min: 1, max: 60 }),
    },
    { requiredKeys: [] },
  );
  const version = fc.constantFrom('1.3', '1.4', '1.5');

  test('is the same topology', () => {
    fc.assert(
      fc.property(sites, policy, version, fc.constantFrom('fast', 'original'), (some, rules, vyos, profile) => {
        const withRules = Object.fromEntries(
          Object.entries(some).map(([name, site]) => [name, { ...site, policy: rules }]),
        );
        const topology = load({ name: 'any', vyos, profile, sites: withRules });
        expect(load(fileOf(topology))).toEqual(topology);
      }),
      // Each of the values of the policy, the version and the profile comes several times, alone and with others.
      { numRuns: 50 },
    );
  });
});

test('20 000 mistakes, one a key, are all reported', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `key${index}: 1\n`).join('');
  // And that name and sites are missing.
  expect(loadTopology(text, 'any.yaml').mistakes).toHaveLength(20_002);
});
