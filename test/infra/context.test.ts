import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('cdk.json has no key that the CDK keeps for itself, which every cdk command would warn of', () => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  expect(Object.keys(context).filter((key) => key.startsWith('aws:'))).toEqual([]);
});
