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

const engine = vi.spyOn(CloudFormationValidatePlugin.prototype, 'validate');
afterAll(() => engine.mockRestore());

/** Validates an app with these stacks. @returns those that the engine was given */
function validated(plugin: OncePerShape, stacks: readonly ReturnType<typeof stack>[], success = true) {
  engine.mockReturnValueOnce({ success, violations: [] });
  const context = { stackTemplates: stacks, templatePaths: stacks.map(({ templatePath }) => templatePath) };
  plugin.validate(context as unknown as Parameters<OncePerShape['validate']>[0]);
  const [seen] = engine.mock.lastCall ?? [];
  const names = seen?.stackTemplates.map(({ stackConstructPath }) => stackConstructPath) ?? [];
  expect(seen?.templatePaths).toEqual(names.map((name) => join(directory, `${name}.template.json`)));
  return names;
}

test('templates that differ in names alone are validated once, and each that has another resource or property too', () => {
  const stacks = [
    stack('tokyo', { TokyoTopic: topic('tokyo') }),
    stack('virginia', { VirginiaTopic: topic('virginia') }),
    stack('encrypted', { TokyoTopic: topic('tokyo', { KmsMasterKeyId: 'key' }) }),
    stack('second', { TokyoTopic: topic('tokyo'), Second: topic('second') }),
    stack('table', { TokyoTopic: { Type: 'AWS::DynamoDB::Table', Properties: { TopicName: 'tokyo' } } }),
  ];
  expect(validated(new OncePerShape(), stacks)).toEqual(['tokyo', 'encrypted', 'second', 'table']);
});

test('another app of the process has only its new shapes validated, and those of an app with errors once more', () => {
  const plugin = new OncePerShape();
  const tokyo = stack('tokyo', { TokyoTopic: topic('tokyo') });
  const virginia = stack('virginia', { VirginiaTopic: topic('virginia') });
  const encrypted = stack('encrypted', { TokyoTopic: topic('tokyo', { KmsMasterKeyId: 'key' }) });
  expect(validated(plugin, [tokyo], false)).toEqual(['tokyo']);
  expect(validated(plugin, [tokyo])).toEqual(['tokyo']);
  expect(validated(plugin, [virginia, encrypted])).toEqual(['encrypted']);
});
