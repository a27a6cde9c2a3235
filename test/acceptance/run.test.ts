import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RUN_NAME, runTopology } from '#acceptance/account/run-topology.ts';
import type { EventRecord } from '#acceptance/report/report.ts';
import { type AcceptanceRun, runAcceptance } from '#acceptance/run-acceptance.ts';
import { CreatedAssembly } from '../infra/created/assembly.ts';
import { loaded } from '../stacks/site-under-test.ts';
import { AcceptanceAccount } from './acceptance-account.ts';

/** The run's topology, without a hold-down: the functions' clock does not go by as the run waits. */
const ofRun = (text: string) =>
  runTopology(text, undefined, {}).replaceAll(/^( +)asn: .*$/gm, '$&\n$1policy: { holdDown: 0s }');
const topology = loaded(ofRun(readFileSync('examples/created.yaml', 'utf8')), RUN_NAME);

let created: CreatedAssembly;
let account: AcceptanceAccount;
const run = (work: AbortSignal, more: Partial<AcceptanceRun['options']> = {}) =>
  runAcceptance({
    options: { switchovers: 2, flips: 3, yes: false, dryRun: false, destroy: false, profile: undefined, ...more },
    topology,
    hasAgent: true,
    writeTopology: () => created.topology,
    ports: account.ports,
    signals: { work, removal: new AbortController().signal },
  });

/** With both processors it takes a minute; on a busy machine it took two minutes and more. */
const PATIENCE = { timeout: 15 * 60_000 };

/** 60 s of processor time, more than `npm test` has for one file: RUN_ACCEPTANCE=1 npx vitest run test/acceptance/run.test.ts */
describe.runIf(process.env['RUN_ACCEPTANCE'] === '1')('a run in an emulated account', () => {
  beforeAll(async () => {
    created = await CreatedAssembly.of('created', ofRun);
    account = await AcceptanceAccount.open(topology, () => created.directory);
  });
  afterAll(async () => {
    await account.close();
    created.remove();
  });

  it('deploys, measures, replaces, reports, and leaves nothing', PATIENCE, async () => {
    const exitCode = await run(new AbortController().signal);
    const report = JSON.parse(account.written.get('report.json') ?? '') as {
      events: EventRecord[];
      problems: string[];
    };
    expect(report.events.map(({ kind, site, problem }) => [kind, site, problem])).toEqual([
      ['switchover', 'tokyo', null],
      ['switchover', 'virginia', null],
      ['report-path', 'tokyo', null],
      ['agent', 'tokyo', null],
      ['frr', 'tokyo', null],
      ['reboot', 'tokyo', null],
      ['stop', 'tokyo', null],
      ['upgrade', 'tokyo', null],
      ['upgrade', 'tokyo', null],
    ]);
    expect([exitCode, report.problems, account.shown.at(-2)]).toEqual([0, [], expect.stringContaining('Destroyed')]);
    expect(account.left(topology)).toEqual([]);
    const page = account.written.get('report.md') ?? '';
    expect(page).toContain('**Not AWS**');
    expect(page).toContain('Traffic was not measured: the console of the measuring host shows no readings.');
    const [first] = report.events;
    expect(first?.durations).toMatchObject({ outage: null, lost: null, replace: expect.any(Number) as number });
  });
});
