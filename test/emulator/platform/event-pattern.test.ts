import { describe, expect, it } from 'vitest';
import { checkPattern, matches } from '#emulator/events/pattern.ts';

const event = {
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  resources: ['arn:aws:ec2:eu-west-1:1:instance/i-1', 'arn:aws:ec2:eu-west-1:1:instance/i-2'],
  detail: {
    state: 'stopped',
    'instance-id': 'i-1',
    count: 5,
    flag: true,
    nothing: null,
    list: [{ name: 'a' }, { name: 'b' }],
    empty: [],
    nested: [['x'], []],
    object: { name: 'a' },
  },
};

/** pattern of `detail`, whether it matches */
const table: [string, Record<string, unknown>, boolean][] = [
  ['an equal text', { state: ['stopped'] }, true],
  ['one of several texts', { state: ['running', 'stopped'] }, true],
  ['another text', { state: ['running'] }, false],
  ['text in other case', { state: ['Stopped'] }, false],
  ['a number', { count: [5] }, true],
  ['a number as a text', { count: ['5'] }, false],
  ['a boolean', { flag: [true] }, true],
  ['null', { nothing: [null] }, true],
  ['null for a missing field', { missing: [null] }, false],
  ['every field of several', { state: ['stopped'], count: [6] }, false],
  ['a field inside a list of objects', { list: { name: ['b'] } }, true],
  ['prefix', { 'instance-id': [{ prefix: 'i-' }] }, true],
  ['another prefix', { 'instance-id': [{ prefix: 'eni-' }] }, false],
  ['prefix, ignoring case', { state: [{ prefix: { 'equals-ignore-case': 'STOP' } }] }, true],
  ['suffix', { state: [{ suffix: 'ed' }] }, true],
  ['suffix, ignoring case', { state: [{ suffix: { 'equals-ignore-case': 'ED' } }] }, true],
  ['equals-ignore-case', { state: [{ 'equals-ignore-case': 'STOPPED' }] }, true],
  ['wildcard', { state: [{ wildcard: 's*p*d' }] }, true],
  ['wildcard with a dot, which is only a dot', { state: [{ wildcard: 's.*' }] }, false],
  ['anything-but another text', { state: [{ 'anything-but': 'running' }] }, true],
  ['anything-but this text', { state: [{ 'anything-but': ['running', 'stopped'] }] }, false],
  ['anything-but a prefix', { state: [{ 'anything-but': { prefix: 'stop' } }] }, false],
  ['anything-but one of several suffixes', { state: [{ 'anything-but': { suffix: ['x', 'ped'] } }] }, false],
  ['anything-but in a missing field', { missing: [{ 'anything-but': 'x' }] }, false],
  ['exists', { state: [{ exists: true }] }, true],
  ['exists for a missing field', { missing: [{ exists: true }] }, false],
  ['exists: false', { missing: [{ exists: false }] }, true],
  ['exists: false beside values, for a missing field', { missing: ['stopped', { exists: false }] }, true],
  ['exists: false beside values, for one of them', { state: ['stopped', { exists: false }] }, true],
  ['exists: false beside values, for another value', { state: ['running', { exists: false }] }, false],
  ['exists: false for a field that is there', { state: [{ exists: false }] }, false],
  ['exists for an object, which is no value', { object: [{ exists: true }] }, false],
  ['exists: false for an object', { object: [{ exists: false }] }, true],
  ['exists for an empty list, which has no value', { empty: [{ exists: true }] }, false],
  ['exists: false for an empty list', { empty: [{ exists: false }] }, true],
  ['exists for a list of objects, which are no values', { list: [{ exists: true }] }, false],
  ['exists: false for a list of objects', { list: [{ exists: false }] }, true],
  ['exists: false for a field below an empty list', { empty: { name: [{ exists: false }] } }, true],
  ['exists: false for a field below a text', { state: { name: [{ exists: false }] } }, true],
  ['a value in a list of lists', { nested: ['x'] }, true],
  ['exists for null, which is a value', { nothing: [{ exists: true }] }, true],
  ['a numeric range', { count: [{ numeric: ['>', 0, '<=', 5] }] }, true],
  ['outside of a numeric range', { count: [{ numeric: ['>', 0, '<', 5] }] }, false],
  ['numeric equality', { count: [{ numeric: ['=', 5] }] }, true],
  ['$or', { $or: [{ state: ['running'] }, { count: [5] }] }, true],
  ['$or with neither', { $or: [{ state: ['running'] }, { count: [6] }] }, false],
];

describe('an event pattern', () => {
  it.each(table)('judges %s', (_what, detail, expected) => {
    expect(matches({ detail }, event)).toBe(expected);
  });

  it('matches a list when one of its elements does', () => {
    expect(matches({ resources: [{ suffix: '/i-2' }] }, event)).toBe(true);
    expect(matches({ resources: [{ suffix: '/i-3' }] }, event)).toBe(false);
  });

  it.each([
    ['an operator that does not exist', { state: [{ like: 'x' }] }, /"like":"x"\} is no operator/],
    ['a text where a list must be', { state: 'stopped' }, /"state" must be a list or an object/],
  ])('is refused with %s', (_what, detail, message) => {
    expect(() => matches({ detail }, event)).toThrow(message);
  });

  it.each([
    ['an empty list of values', { state: [] }, /"state" must not be empty/],
    ['an empty object', { state: {} }, /"state" must not be empty/],
    ['an empty alternative', { $or: [{ state: ['stopped'] }, {}] }, /"\$or" must not be empty/],
    ['nothing in it', {}, /"the pattern" must not be empty/],
    ['an operator that does not exist', { state: ['stopped', { like: 'x' }] }, /"like":"x"\} is no operator/],
    ['a text where a list must be', { state: 'stopped' }, /"state" must be a list or an object/],
  ])('is refused when its rule is made with %s', (_what, pattern, message) => {
    expect(() => checkPattern(pattern)).toThrow(message);
  });
});
