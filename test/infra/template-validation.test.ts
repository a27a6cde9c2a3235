import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationValidatePlugin } from 'aws-cdk-lib';
import { afterAll, expect, test, vi } from 'vitest';
import { OncePerShape } from '#infra/template-validation.ts';

const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-shapes-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const topic = (TopicName: string, more: object = {}) => ({
  Type: 'AWS::SNS::Topic',
  Properties: { TopicName, ...more },
});

function stack(name: string, Resources: Readonly<Record<string, object>>) {
  const templatePath = join(directory, `${name}.template.json`);
  writeFileSync(templatePath, JSON.stringify({ Resources }));
  return { templatePath, stackConstructPath: name };
}

test('templates that differ in names alone are validated once, and each that has another resource or property too', () => {
  const stacks = [
    stack('tokyo', { TokyoTopic: topic('tokyo') }),
    stack('virginia', { VirginiaTopic: topic('virginia') }),
    stack('encrypted', { TokyoTopic: topic('tokyo', { KmsMasterKeyId: 'key' }) }),
    stack('second', { TokyoTopic: topic('tokyo'), Second: topic('second') }),
    stack('table', { TokyoTopic: { Type: 'AWS::DynamoDB::Table', Properties: { TopicName: 'tokyo' } } }),
  ];
  const engine = vi.spyOn(CloudFormationValidatePlugin.prototype, 'validate').mockReturnValue({
    success: true,
    violations: [],
  });
  const context = { stackTemplates: stacks, templatePaths: stacks.map(({ templatePath }) => templatePath) };
  new OncePerShape().validate(context as unknown as Parameters<OncePerShape['validate']>[0]);
  const [seen] = engine.mock.calls[0] ?? [];
  const expected = ['tokyo', 'encrypted', 'second', 'table'];
  expect(seen?.stackTemplates.map(({ stackConstructPath }) => stackConstructPath)).toEqual(expected);
  expect(seen?.templatePaths).toEqual(expected.map((name) => join(directory, `${name}.template.json`)));
  engine.mockRestore();
});
