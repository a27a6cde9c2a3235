import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync('docs/aws-limits.md', 'utf8');

it.each([
  'emulator/resources/limits.ts',
  'emulator/events/service.ts',
  'emulator/lambda/service.ts',
  'emulator/sns/service.ts',
  'emulator/ec2/parameters.ts',
  'emulator/ec2/throttle.ts',
])('docs/aws-limits.md links the AWS documents of the limits in %s', (file) => {
  const documents = readFileSync(file, 'utf8').match(/https:\/\/docs\.aws\.amazon\.com\/[^\s'"`)]+[^\s'"`).,:]/g) ?? [];
  expect(documents).not.toEqual([]);
  expect(documents.filter((document) => !page.includes(document))).toEqual([]);
});
