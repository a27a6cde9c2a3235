import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALARMS, type AlarmName, alarmDescription, findAlarm } from '#contracts/alarms.ts';

const page = readFileSync('docs/runbook.md', 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);
const names = Object.keys(ALARMS) as AlarmName[];

describe('docs/runbook.md', () => {
  it.each(names)('has a section about %s, with its severity', (name) => {
    expect(sections.get(name)).toContain(`**${ALARMS[name].severity}** · `);
  });

  it('has no section about an alarm that does not exist', () => {
    expect([...sections.keys()].filter((section) => !names.includes(section as AlarmName))).toEqual([]);
  });
});

describe('the description of an alarm', () => {
  it('has the severity, one sentence, and the section of the runbook', () => {
    expect(alarmDescription('contact-missing', { site: 'tokyo', router: 'tokyo-1' })).toBe(
      'DEGRADED: tokyo-1 has not proven for five minutes that its reports arrive. Runbook: docs/runbook.md#contact-missing',
    );
  });
});

describe('the name of a CloudWatch alarm', () => {
  it('tells which alarm it is, and about which router', () => {
    expect(findAlarm('vyos-failover-two-sites--tokyo--contact-missing--tokyo-1')).toEqual({
      name: 'contact-missing',
      router: 'tokyo-1',
    });
    expect(findAlarm('vyos-failover-two-sites--tokyo--not-ready')).toEqual({ name: 'not-ready' });
    expect(findAlarm('billing')).toBeUndefined();
  });
});
