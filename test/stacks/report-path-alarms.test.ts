import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAVED_QUERIES, type SavedQuery } from '#infra/saved-queries.ts';
import { assembly, changed, names, report, SiteUnderTest, type Template, tokyo } from './site-under-test.ts';

let built: Awaited<ReturnType<typeof assembly>>;
let site: SiteUnderTest;
beforeAll(async () => {
  const plain = await assembly();
  built = changed(plain.directory, inOneMinute);
  plain.remove();
  site = await SiteUnderTest.start(built.directory);
});
afterAll(async () => {
  await site.close();
  built.remove();
});

/** Alarms that wait for minutes or hundreds of datapoints rise with the first: the test is that they watch the right metric. */
function inOneMinute({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::CloudWatch::Alarm') continue;
    Properties['EvaluationPeriods'] = 1;
    if (Properties['AlarmName'] === `${names.stack}--api-refused`) Properties['Threshold'] = 1;
  }
}

const risen = () =>
  site.emulator.alarms
    .filter(({ region, state }) => region === tokyo.region && state === 'ALARM')
    .map(({ name }) => name.replace(`${names.stack}--`, ''));

/** The value of `result.outcome` in a line of the log. */
function fieldOf(line: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], line);
}

describe('the way of a report is watched', () => {
  const { active, standby } = tokyo.routers;

  it('a router that has not shown that it could report raises its own alarm', async () => {
    const contact = report({ event: 'contact', reporter: standby.name, subject: standby.name });
    expect((await site.post(contact, { by: standby })).status).toBe(200);
    await site.emulator.tickSchedules(tokyo.region);
    expect(risen()).toContain('contact-missing--tokyo-1');
    expect(risen()).not.toContain('contact-missing--tokyo-2');
    const of = { topology: 'tokyo-virginia', site: 'tokyo', service: 'health-probe' };
    const emitted = new Map(
      site.emulator.happenings.flatMap((each) => (each.kind === 'metric' ? [[each.name, each.dimensions]] : [])),
    );
    // As `alarmed-site.ts` puts them for the proofs of all alarms.
    expect([emitted.get('FailoverReady'), emitted.get('RoutesAtActive')]).toEqual([of, of]);
    expect(emitted.get('ContactMissing')).toEqual({ ...of, router: 'tokyo-1' });
  });

  // In this order: API Gateway counts the second refusal, too.
  it('so do requests that API Gateway refuses, and a message that is not of the router that it names', async () => {
    expect(risen()).not.toContain('api-refused');
    await fetch(site.url(), { method: 'POST', body: '{}' });
    await site.emulator.tickSchedules(tokyo.region);
    expect(risen()).toContain('api-refused');
    expect(risen()).not.toContain('report-rejected');
    await site.post(report(), { by: active });
    await site.emulator.tickSchedules(tokyo.region);
    expect(risen()).toContain('report-rejected');
  });
});

describe('the saved queries', () => {
  it('have fields that the functions write', async () => {
    site.showBgp(tokyo.routers.standby, 'Idle');
    await site.post(report());
    await site.post(report(), { by: tokyo.routers.active });
    await site.emulator.tickSchedules(tokyo.region);
    const written = site.emulator.happenings.flatMap((each) =>
      each.kind === 'log' && each.line.startsWith('{')
        ? [{ log: each.function, line: JSON.parse(each.line) as unknown }]
        : [],
    );
    for (const { log, fields, shows, title } of Object.values<SavedQuery>(SAVED_QUERIES)) {
      const found = written.filter(
        (each) => each.log.endsWith(log) && fields.every((field) => fieldOf(each.line, field) !== undefined),
      );
      const unknown = shows.filter((field) => found.every(({ line }) => fieldOf(line, field) === undefined));
      expect([title, unknown]).toEqual([title, []]);
    }
  });
});
