import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { PushedConfig, PushJournal } from '#aws/push-store.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { PushTools } from '#functions/config-push/tools.ts';
import { UP } from '../failover/situation.ts';
import { SimulatedConfig } from '../vyos/simulated-config.ts';

/** A router as config-push sees it: a configuration, an undo, and eBGP that depends on both. */
export class FakeRouter {
  running: string[];
  version = '1.4.0';
  /** What the next calls answer instead, by action; `lost`: it is done, and the answer gets lost. */
  answers: Partial<Record<'show' | 'bgp' | 'apply' | 'confirm' | 'undo', (CommandEnd | 'lost')[]>> = {};
  /** Established and configured eBGP sessions, asked each time. */
  ebgp: () => readonly [number, number] = () => [1, 1];
  pending: { readonly attempt: string; readonly before: string[] } | undefined;
  ended: { readonly attempt: string; readonly how: 'confirmed' | 'undone' } | undefined;
  readonly acts: string[] = [];

  constructor(lines: readonly string[]) {
    this.running = [...lines];
  }

  show(): CommandEnd {
    const text = `${this.running.join('\n')}\n`;
    const config = gzipSync(text).toString('base64');
    const answer = JSON.stringify({ version: this.version, digest: hash(text), config });
    return (this.answers.show?.shift() as CommandEnd | undefined) ?? { kind: 'answered', output: answer };
  }

  bgp(): CommandEnd {
    const [established, configured] = this.ebgp();
    const tunnels = { configured, established, receiving: established, unreadable: 0 };
    const output = JSON.stringify({ ...UP, tunnels });
    return (this.answers.bgp?.shift() as CommandEnd | undefined) ?? { kind: 'answered', output };
  }

  act(parameters: Readonly<Record<string, string>>): CommandEnd {
    const action = parameters['Action'] as 'apply' | 'confirm' | 'undo';
    this.acts.push(action);
    const instead = this.answers[action]?.shift();
    if (instead !== undefined && instead !== 'lost') return instead;
    const answer = this.#do(action, parameters);
    return instead === 'lost' ? SILENT : { kind: 'answered', output: JSON.stringify(answer) };
  }

  /** Its timer's time has come. */
  fireTimer(): void {
    if (this.pending !== undefined) this.#undo(this.pending);
  }

  #do(
    action: 'apply' | 'confirm' | 'undo',
    { Push: attempt = '', File = '' }: Readonly<Record<string, string>>,
  ): object {
    if (action === 'apply') {
      const { commands } = JSON.parse(gunzipSync(Buffer.from(File, 'base64')).toString()) as { commands: string[][] };
      this.pending = { attempt, before: this.running };
      const config = new SimulatedConfig(this.running);
      for (const [verb = '', ...path] of commands) config.run(`${verb} ${path.map((word) => `'${word}'`).join(' ')}`);
      this.running = config.lines();
      return { outcome: 'applied', undoAt: 0 };
    }
    if (this.pending?.attempt !== attempt) {
      return { outcome: 'nothing', ended: this.ended?.attempt === attempt ? this.ended.how : 'unknown' };
    }
    if (action === 'undo') return this.#undo(this.pending);
    this.pending = undefined;
    this.ended = { attempt, how: 'confirmed' };
    return { outcome: 'confirmed' };
  }

  #undo({ attempt, before }: { readonly attempt: string; readonly before: string[] }): object {
    this.running = before;
    this.pending = undefined;
    this.ended = { attempt, how: 'undone' };
    return { outcome: 'undone', says: 'the old configuration is in force' };
  }
}

/** As deployed; fake routers answer at once. */
export const DEADLINES = { read: 15_000, apply: 120_000, confirm: 30_000, undo: 60_000 };

export const SILENT: CommandEnd = { kind: 'silent', why: 'no answer within 15 s' };

/** Both routers of a pair, by name, as the hands of a push. */
export function handsOn(
  routers: Readonly<Record<string, FakeRouter>>,
): Pick<PushTools, 'showConfig' | 'readBgp' | 'applyConfig'> {
  const named = ({ name }: ManagedRouter): FakeRouter => {
    const found = routers[name];
    if (found === undefined) throw new Error(`no router ${name}`);
    return found;
  };
  return {
    showConfig: (router) => Promise.resolve(named(router).show()),
    readBgp: (router) => Promise.resolve(named(router).bgp()),
    applyConfig: (router, parameters) => Promise.resolve(named(router).act(parameters)),
  };
}

/** The memory of pushes, with the conditions of the real one. */
export class FakePushes {
  last: PushJournal | undefined;
  readonly configs: Record<string, PushedConfig> = {};

  readonly store: PushTools['pushes'] = {
    journal: () => Promise.resolve(this.last),
    begin: (journal, seen, now) => {
      const free = this.last === undefined || (this.last.run === seen?.run && this.last.leasedUntil <= now);
      if (free) this.last = journal;
      return Promise.resolve(free);
    },
    takeOver: (journal, seen) => {
      const asSeen = this.last?.run === seen.run;
      if (asSeen) this.last = journal;
      return Promise.resolve(asSeen);
    },
    update: (journal) => {
      const ours = this.last?.run === journal.run;
      if (ours) this.last = journal;
      return Promise.resolve(ours);
    },
    pushed: (router) => Promise.resolve(this.configs[router]),
    setPushed: (router, config) => Promise.resolve(void (this.configs[router] = config)),
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
