/** What config-push does with an installation: in which order, when it is refused, and how an interrupted one is settled. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandEnd } from '#aws/run-command.ts';
import type { InstallResult, Programs } from '#contracts/install-result.ts';
import { answerRequest } from '#functions/config-push/answer-request.ts';
import type { PushPorts } from '#functions/config-push/ports.ts';
import { unfinishedPush } from '#functions/route-swap/unfinished-push.ts';
import { PushedPair, WIDER } from './pushed-pair.ts';

const OLD: Programs = { version: '0.1.0', sha256: '1'.repeat(64), agent: null };
const NEW: Programs = { version: '0.2.0', sha256: '2'.repeat(64), agent: null };
const SILENT: CommandEnd = { kind: 'silent', why: 'no answer within 290 s' };

/** A router's programs, as its document tells them. */
class FakePrograms {
  installed: Programs = OLD;
  deployed: Programs | null = NEW;
  /** What the next installations answer instead. `lost`: it is done, and the answer gets lost. */
  answers: (CommandEnd | 'lost' | 'begun' | { readonly agent: string } | { readonly failed: string })[] = [];
  shows: CommandEnd[] = [];
  readonly attempts: string[] = [];

  run({ Action, Attempt }: Parameters<PushPorts['installBundle']>[1]): CommandEnd {
    const { installed, deployed } = this;
    if (Action === 'show') {
      const why =
        deployed === null ? { why: 'the parameter /…/boot/tokyo-1 could not be read: ParameterNotFound' } : {};
      return this.shows.shift() ?? answered({ outcome: 'shown', installed, deployed, ...why });
    }
    this.attempts.push(Attempt);
    const instead = this.answers.shift();
    if (instead === 'begun') return answered({ outcome: 'begun' });
    if (typeof instead === 'object' && 'kind' in instead) return instead;
    if (typeof instead === 'object' && 'failed' in instead)
      return answered({ outcome: 'failed', says: instead.failed });
    this.installed = deployed ?? installed;
    if (instead === 'lost') return SILENT;
    const agent = { state: instead?.agent ?? 'none' };
    return answered({ outcome: 'installed', installed: this.installed, attention: [], agent });
  }
}

function answered(answer: object): CommandEnd {
  return { kind: 'answered', output: JSON.stringify(answer) };
}

let pair: PushedPair;
let programs: Record<string, FakePrograms>;
beforeEach(() => {
  pair = new PushedPair();
  programs = { 'tokyo-1': new FakePrograms(), 'tokyo-2': new FakePrograms() };
});
const of = (name: string): FakePrograms => programs[name] ?? new FakePrograms();

function ports(change: Partial<PushPorts> = {}): PushPorts {
  return pair.tools({
    programRouters: ['tokyo-1', 'tokyo-2'],
    installBundle: async ({ name }, parameters) => of(name).run(parameters),
    ...change,
  });
}

async function install(more: object = {}, change: Partial<PushPorts> = {}): Promise<InstallResult> {
  const request = { action: 'install', id: 'install-1', by: 'ann', ...more };
  return (await answerRequest(request, ports(change))) as InstallResult;
}

describe('an installation', () => {
  it('takes the standby, then the owner, and then has nothing to do; each is in the history', async () => {
    expect(await install({ dryRun: true })).toMatchObject({ outcome: 'planned', remaining: ['tokyo-2', 'tokyo-1'] });
    expect(await install()).toMatchObject({ outcome: 'installed', router: 'tokyo-2', remaining: ['tokyo-1'] });
    expect(of('tokyo-1').installed).toBe(OLD);
    expect(await install()).toMatchObject({ outcome: 'installed', router: 'tokyo-1', remaining: [] });
    expect(await install()).toMatchObject({ outcome: 'unchanged' });
    expect(pair.history).toEqual(['programs-installed', 'programs-installed']);
    expect(pair.world.detailedPushes.map(({ detail }) => detail)).toMatchObject([
      {
        router: 'tokyo-2',
        programs: { before: OLD, after: NEW, agent: { state: 'none' } },
        steps: [
          { says: 'installs what is deployed' },
          { says: 'waits until its BGP sessions are Established again, and proven' },
        ],
      },
      { router: 'tokyo-1', programs: { before: OLD, after: NEW } },
    ]);
    expect(await install({ only: 'virginia-1' })).toMatchObject({ outcome: 'refused', reason: 'unknown-router' });
  });

  it('of one router says nothing about the other one', async () => {
    await install({ only: 'tokyo-2' });
    const says = 'tokyo-2 has the programs that are deployed.';
    expect(await install({ only: 'tokyo-2', dryRun: true })).toMatchObject({ outcome: 'planned', says });
    expect(await install({ only: 'tokyo-2' })).toMatchObject({ outcome: 'unchanged', says });
  });

  it('is recorded under the caller that AWS verified, or as not verified', async () => {
    await install();
    const arn = 'arn:aws:iam::123456789012:user/bob';
    await answerRequest({ action: 'install', id: 'install-1' }, ports(), arn);
    expect(pair.world.history).toMatchObject([
      {
        says: expect.stringMatching(/^ann \(not verified\) installed programs/) as string,
        requestedBy: { stated: 'ann' },
      },
      { says: expect.stringMatching(/^user\/bob installed programs/) as string, requestedBy: { arn } },
    ]);
  });

  it('is sent again by its name until the router says how it ended, whatever got lost with the agent', async () => {
    of('tokyo-2').answers = [SILENT, 'begun', { agent: 'pending' }, SILENT, { agent: 'upgraded' }];
    const result = await install();
    expect([result.outcome, result.says]).toEqual([
      'installed',
      'tokyo-2 has version 0.2.0 (222222222222), and a new SSM agent.',
    ]);
    expect(of('tokyo-2').attempts).toHaveLength(5);
    expect(new Set(of('tokyo-2').attempts).size).toBe(1);
  });

  it('of a router that never says how it ended is unknown, and the owner is not touched', async () => {
    of('tokyo-2').answers = Array.from({ length: 500 }, () => SILENT);
    const result = await install(
      {},
      pair.whileWaiting(() => undefined),
    );
    expect(result).toMatchObject({ outcome: 'unknown', reason: 'router-silent', remaining: ['tokyo-2', 'tokyo-1'] });
    expect(of('tokyo-1').attempts).toEqual([]);
  });

  it('that failed, or whose new agent did not work, ends there', async () => {
    of('tokyo-2').answers = [{ failed: '/config/vyos-failover cannot be written; nothing was changed' }];
    expect(await install()).toMatchObject({
      outcome: 'failed',
      says: 'tokyo-2 keeps its programs: /config/vyos-failover cannot be written; nothing was changed.',
    });
    of('tokyo-2').answers = [{ agent: 'restored' }];
    expect(await install()).toMatchObject({ outcome: 'failed', reason: 'agent-restored' });
    expect(of('tokyo-1').attempts).toEqual([]);
  });

  it('after which the sessions are not Established again stops before the owner', async () => {
    const down = { ...ports().verify, withinMs: 0 };
    const result = await install(
      {},
      {
        verify: down,
        installBundle: async ({ name }, parameters) => {
          if (parameters.Action === 'install') pair.standby.ebgp = () => [0, 99];
          return of(name).run(parameters);
        },
      },
    );
    expect(result).toMatchObject({ outcome: 'failed', reason: 'not-fit', router: 'tokyo-2' });
    expect(result.says).toMatch(/was Established before and is not now\. No other router is changed\./);
  });
});

describe('an installation is refused, and nothing is sent', () => {
  it.each([
    ['while the other router is not fit', () => void (pair.active.ebgp = () => [0, 99]), 'peer-unfit'],
    ['while what is deployed cannot be read', () => void (of('tokyo-2').deployed = null), 'no-boot-parameter'],
    ['of a router that does not answer', () => void of('tokyo-2').shows.push(SILENT), 'silent'],
    ['while its sessions are unknown', () => void (pair.standby.answers.bgp = [SILENT, SILENT]), 'silent'],
  ])('%s', async (_, arrange, reason) => {
    arrange();
    const only = { only: 'tokyo-2' };
    expect(await install(only)).toMatchObject({ outcome: 'refused', reason });
    expect([of('tokyo-2').attempts, pair.history]).toEqual([[], []]);
  });

  it('while a push is under way, and a push is refused during it; both are said in a dry run', async () => {
    let refused: unknown;
    await install(
      {},
      {
        installBundle: async ({ name }, parameters) => {
          if (parameters.Action === 'install') refused = await pair.push({ topology: WIDER });
          return of(name).run(parameters);
        },
      },
    );
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'push-under-way' });
    await pair.push({ only: 'tokyo-2', hold: true, topology: WIDER });
    expect(await install()).toMatchObject({ outcome: 'refused', reason: 'push-under-way' });
    expect(await install({ dryRun: true })).toMatchObject({
      outcome: 'planned',
      refusal: { reason: 'push-under-way' },
    });
  });
});

describe('an installation whose function was ended', () => {
  const end = async (how: 'lost' | CommandEnd) => {
    of('tokyo-2').answers = [how];
    await expect(install({}, { sleep: () => Promise.reject(new Error('the function was ended')) })).rejects.toThrow(
      'ended',
    );
    pair.world.now = (pair.pushes.last?.leasedUntil ?? 0) + 1;
  };

  it.each([
    ['its new programs', 'lost', 'programs-settled-installed'],
    ['its old programs', SILENT, 'programs-settled-old'],
  ] as const)('is shown, and settled by what the router says: it has %s', async (_, how, reason) => {
    await end(how);
    const shown = await unfinishedPush({
      ...pair.world.tools(),
      pushJournal: async () => pair.pushes.last,
      now: () => pair.world.now,
    });
    expect(shown).toMatchObject({ by: 'ann (not verified)', router: 'tokyo-2', state: 'installing' });
    await answerRequest({ action: 'settle' }, ports());
    expect([pair.history, pair.pushes.last?.installing]).toEqual([[reason], undefined]);
  });

  it('is in the history under its own sender, whoever settles it', async () => {
    const eve = 'arn:aws:iam::123456789012:user/eve';
    const bob = 'arn:aws:iam::123456789012:user/bob';
    of('tokyo-2').answers = [SILENT];
    const dies = ports({ sleep: () => Promise.reject(new Error('the function was ended')) });
    await expect(answerRequest({ action: 'install', id: 'install-1' }, dies, eve)).rejects.toThrow('ended');
    await answerRequest({ action: 'install', id: 'install-2' }, ports(), bob);
    expect(pair.world.history).toMatchObject([
      { id: 'install-1-tokyo-2-settled', requestedBy: { arn: eve } },
      { id: 'install-2-tokyo-2', requestedBy: { arn: bob } },
    ]);
  });

  it('is continued by the next one', async () => {
    await end(SILENT);
    expect(await install()).toMatchObject({ outcome: 'installed', router: 'tokyo-2' });
  });
});
