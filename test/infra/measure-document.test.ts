import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { measureDocument } from '#infra/measure-document.ts';

const stack = new Stack(new App(), 'S');
measureDocument(stack, 'measure');
const [document] = Object.values(Template.fromStack(stack).findResources('AWS::SSM::Document'));
const content = (document as { Properties: { Content: Content } }).Properties.Content;
interface Content {
  readonly parameters: Readonly<Record<string, { readonly allowedPattern: string }>>;
}

const allows = (parameter: string, value: string) =>
  new RegExp(content.parameters[parameter]?.allowedPattern ?? '^$').test(value);

it('takes what the command line sends', () => {
  const sent = {
    Ping: '169.254.10.2 2001:db8::1',
    Mtus: '1414 1476',
    Routes: 'none',
    Seconds: '60',
    Every: '50',
    MostLost: '99999',
  };
  expect(Object.keys(content.parameters)).toEqual(Object.keys(sent));
  expect(Object.entries(sent).filter(([parameter, value]) => !allows(parameter, value))).toEqual([]);
});

it('takes nothing that a shell would interpret, in any parameter', () => {
  const values = ['', ' ', "'", '1.2.3.4\n', '$(id)', '1.2.3.4;id', '--ping', '1.2.3.4  5.6.7.8', '`id`', "1'"];
  const taken = Object.keys(content.parameters).flatMap((name) => values.filter((value) => allows(name, value)));
  expect(taken).toEqual([]);
});

it('fits into a document', () => {
  expect(JSON.stringify(content).length).toBeLessThan(64 * 1024);
});
