import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { topologyJsonSchema } from '#topology/json-schema.ts';

const written: unknown = JSON.parse(
  readFileSync(new URL('../../topology/topology.schema.json', import.meta.url), 'utf8'),
);

test('the JSON Schema that editors read is up to date (else: node topology/write-json-schema.ts && npm run format)', () => {
  expect(written).toEqual(JSON.parse(JSON.stringify(topologyJsonSchema())));
});

test('the JSON Schema explains every key', () => {
  expect(undescribed(written)).toEqual([]);
});

test('the JSON Schema requires exactly the keys that the loader requires', () => {
  expect(written).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: ['name', 'sites'],
    additionalProperties: false,
    properties: { sites: { additionalProperties: { required: ['region', 'asn', 'vpc', 'frontSubnets', 'routers'] } } },
  });
});

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

function undescribed(schema: unknown, path = ''): string[] {
  const { properties = {}, additionalProperties, items, anyOf = [] } = schema as Schema;
  const inner = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  return [
    ...Object.entries(properties).flatMap(([key, value]) => [
      ...(value.description === undefined ? [`${path}.${key}`] : []),
      ...undescribed(value, `${path}.${key}`),
    ]),
    ...[...inner, ...(items === undefined ? [] : [items]), ...anyOf].flatMap((next) => undescribed(next, `${path}.*`)),
  ];
}
