import { describe, expect, it } from 'vitest';
import { creationOrder } from '#emulator/cloudformation/order.ts';

const resource = (properties: Record<string, unknown>, dependsOn: string[] = []) => ({
  Type: 'AWS::SNS::Topic',
  Properties: properties,
  DependsOn: dependsOn,
});

describe('the order of creation', () => {
  it.each([
    ['Ref', { a: { Ref: 'B' } }],
    ['Fn::GetAtt', { a: [{ 'Fn::GetAtt': ['B', 'Arn'] }] }],
    ['Fn::GetAtt as text', { a: { 'Fn::GetAtt': 'B.Arn' } }],
    ['Fn::Sub', { a: { 'Fn::Sub': 'x${B.Arn}' } }],
    ['a variable of Fn::Sub', { a: { 'Fn::Sub': ['x${v}', { v: { Ref: 'B' } }] } }],
    ['a branch of Fn::If', { a: { 'Fn::If': ['C', { Ref: 'B' }, 'x'] } }],
  ])('follows %s', (_what, properties) => {
    expect(creationOrder({ A: resource(properties), B: resource({}) })).toEqual(['B', 'A']);
  });

  it('follows DependsOn', () => {
    expect(creationOrder({ A: resource({}, ['B']), B: resource({}) })).toEqual(['B', 'A']);
  });

  it('is otherwise that of the template, and literals in Fn::Sub are no references', () => {
    expect(creationOrder({ A: resource({ a: { 'Fn::Sub': '${!B} ${AWS::Region}' } }), B: resource({}) })).toEqual([
      'A',
      'B',
    ]);
  });

  it('does not exist for a circle, which is named', () => {
    const circle = { A: resource({ a: { Ref: 'B' } }), B: resource({ a: { Ref: 'A' } }) };
    expect(() => creationOrder(circle)).toThrow('Circular dependency between resources: [A, B]');
  });
});
