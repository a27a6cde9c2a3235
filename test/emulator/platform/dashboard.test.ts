import { describe, expect, it } from 'vitest';
import { readDashboard } from '#emulator/cloudwatch/dashboard-body.ts';

const metric = ['AWS/EC2', 'CPUUtilization', 'InstanceId', 'i-1', { stat: 'Maximum', period: 60 }];
const graph = (change: object = {}, properties: object = {}) => ({
  type: 'metric',
  width: 12,
  ...change,
  properties: { region: 'us-east-1', metrics: [metric], ...properties },
});
const read = (widgets: readonly object[]) => readDashboard('site', JSON.stringify({ widgets }));

describe('a dashboard', () => {
  it('is read: graphs, expressions, texts, queries and alarms', () => {
    const alarm = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:one';
    const { widgets } = read([
      graph({}, { metrics: [metric, [{ expression: 'SUM(METRICS())', label: 'all', id: 'e1' }]] }),
      { type: 'text', x: 0, y: 6, properties: { markdown: '# Hello' } },
      { type: 'log', properties: { region: 'us-east-1', query: "SOURCE 'one' | fields @message", view: 'table' } },
      { type: 'alarm', properties: { alarms: [alarm] } },
    ]);
    expect(widgets.map(({ type, height }) => [type, height])).toEqual([
      ['metric', 6],
      ['text', 6],
      ['log', 6],
      ['alarm', 6],
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['that leaves the grid', graph({ x: 13, y: 0 }), /wider than the 24 columns/],
    ['with x alone', graph({ x: 0 }), /x and y, or neither/],
    ['of 25 columns', graph({ width: 25 }), /width/],
    ['with a misspelt property', graph({}, { tilte: 'CPU' }), /tilte/],
    ['with a period of 90 s', graph({}, { period: 90 }), /multiple of 60/],
    ['with a statistic that does not exist', graph({}, { stat: 'Median' }), /is no statistic/],
    ['with a dimension without a value', graph({}, { metrics: [['AWS/EC2', 'CPU', 'InstanceId']] }), /is not \[/],
    ['without metrics and alarm', graph({}, { metrics: undefined }), /either metrics or an alarm/],
    [
      'with a query of no log group',
      { type: 'log', properties: { region: 'us-east-1', query: 'fields @message' } },
      /must begin with SOURCE/,
    ],
    ['of an unknown type', { type: 'graph', properties: {} }, /type/],
  ])('with a widget %s is refused', (_, widget, fault) => {
    expect(() => read([widget])).toThrow(fault);
  });

  it('of more than 500 widgets is refused, and so is a name with a dot', () => {
    expect(() => read(Array.from({ length: 501 }, () => graph()))).toThrow(/500/);
    expect(() => readDashboard('a.b', '{"widgets":[]}')).toThrow(/characters other than/);
  });
});
