import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { OLDEST_AGENT } from '#aws/agent-version.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import type { SsmAgent } from '#aws/ssm-agent.ts';
import type { PushedConfig, PushJournal } from '#contracts/push-journal.ts';
import type { Neighbors } from '#contracts/push-neighbors.ts';
import type { PushOverride, WrongTopology } from '#contracts/push-request.ts';
import type { KeptRequest } from '#contracts/request-progress.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { OperatorPorts } from '#functions/config-push/answer-operator.ts';
import { DEADLINES, VERIFY } from '#functions/config-push/limits/deployed-limits.ts';
import { FUNCTION_TIMEOUT_MS } from '#functions/config-push/limits/time-budget.ts';
import { planSite, type SitePlan } from '#functions/config-push/plan/plan-site.ts';
import { parsePushedTopology } from '#functions/config-push/plan/pushed-topology.ts';
import type { PushPorts } from '#functions/config-push/ports.ts';
import { PushRecord } from '#functions/config-push/record/push-record.ts';
import { parseSetCommand } from '#vyos/quote.ts';
import type { NewerCommands } from '#vyos/versions/release.ts';
import { SimulatedConfig } from '../vyos/simulated-config.ts';
import type { FakeWorld } from './fakes.ts';

type Action = 'apply' | 'confirm' | 'undo';

/** A push that is neither confirmed nor undone. */
interface Pending {
  readonly attempt: string;
  readonly before: string[];
  /** ms, by the router's clock. */
  readonly undoAt: number;
  readonly state: 'applied' | 'broken';
}

/** How an attempt ended; `never`: it was asked to end before it was applied. */
type End = 'confirmed' | 'undone' | 'never';

/**
 * A router as config-push sees it: what it runs and what it boots with, a push with a timer, records of how pushes ended,
 * and BGP neighbors that depend on what it runs.
 */
export class FakeRouter {
  running: string[];
  /** What /config/config.boot holds. */
  booting: string[];
  version = '1.4.0';
  /** The newer commands that it has; null: unknown. */
  commands: NewerCommands | null = { trap: false, retransmission: false, bfdStrict: false };
  /** What SSM says of its agent. */
  agent: SsmAgent | undefined = {
    instance: 'i-0000000000000001a',
    kind: 'online',
    version: OLDEST_AGENT,
    lastPingAt: 0,
  };
  bootId = 'boot-1';
  #booted: { readonly digest: string; readonly keys: string } | null = null;
  /** ms; its timer acts by it. Default: it stands still. */
  now: () => number = () => 0;
  /** What the next calls answer instead, by action; `lost`: it is done, and the answer gets lost. */
  answers: Partial<Record<'show' | 'bgp' | Action, (CommandEnd | 'lost')[]>> = {};
  /** How many of the tunnels' sessions are Established, of how many there are at most; asked each time. */
  ebgp: () => readonly [number, number] = () => [99, 99];
  /** Is the session with the other router of the pair Established? Asked each time. */
  ibgp: () => boolean = () => true;
  /** All neighbors, instead of what `ebgp` and `ibgp` make of what runs; asked each time. */
  neighbors: () => Neighbors = () => this.#neighborsOfConfig();
  pending: Pending | undefined;
  /** By attempt. They survive a reboot. */
  readonly records: Record<string, End> = {};
  readonly acts: string[] = [];
  #messages = 0;

  constructor(lines: readonly string[]) {
    this.running = [...lines];
    this.booting = [...lines];
  }

  /** It is new, and has applied these lines, which name its secrets. */
  applyAtFirstBoot(lines: readonly string[]): void {
    const isKey = (line: string) => line.includes('{{ssm:');
    this.running = lines.map((line) => (isKey(line) ? line.replace(/'\{\{ssm:.*$/, "'(not shown)'") : line));
    this.booting = [...this.running];
    const keys = gzipSync(textOf(lines.filter(isKey))).toString('base64');
    this.#booted = { digest: hash(textOf(this.running)), keys };
  }

  show(): CommandEnd {
    this.#passTime();
    const config = gzipSync(textOf(this.running), { level: 1 }).toString('base64');
    const { pending } = this;
    const output = JSON.stringify({
      version: this.version,
      commands: this.commands,
      digest: hash(textOf(this.running)),
      config,
      boots: hash(textOf(this.booting)),
      boot: { id: this.bootId, uptime: 3600 + this.now() / 1000 },
      booted: this.#booted,
      push:
        pending === undefined ? null : { id: pending.attempt, state: pending.state, undoInS: this.#undoInS(pending) },
    });
    return this.#insteadOf('show') ?? { kind: 'answered', output };
  }

  bgp(): CommandEnd {
    this.#passTime();
    this.#messages += 1;
    const output = JSON.stringify({ neighbors: this.neighbors() });
    return this.#insteadOf('bgp') ?? { kind: 'answered', output };
  }

  act(parameters: Readonly<Record<string, string>>): CommandEnd {
    this.#passTime();
    const action = parameters['Action'] as Action;
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

  /** What is not confirmed is gone, with its timer; records stay. */
  reboot(): void {
    this.running = [...this.booting];
    if (this.pending !== undefined) this.records[this.pending.attempt] = 'undone';
    this.pending = undefined;
    this.bootId = `${this.bootId}+`;
  }

  /** An Established neighbor, which has sent one more message than when it was last asked for. */
  session(prefixes = 5, more: Partial<NonNullable<Neighbors[string]>> = {}): Neighbors[string] {
    return { established: true, prefixes, messages: 100 + this.#messages, holdS: 12, ...more };
  }

  #neighborsOfConfig(): Neighbors {
    const [established, configured] = this.ebgp();
    const all = neighborsIn(this.running);
    const tunnels = all.filter(({ pair }) => !pair).slice(0, configured);
    const rows = [
      ...tunnels.map(({ address }, index) => [address, index < established ? this.session() : DOWN] as const),
      ...all.filter(({ pair }) => pair).map(({ address }) => [address, this.ibgp() ? this.session() : DOWN] as const),
    ];
    return Object.fromEntries(rows);
  }

  #insteadOf(what: 'show' | 'bgp'): CommandEnd | undefined {
    return this.answers[what]?.shift() as CommandEnd | undefined;
  }

  #do(action: Action, { Push: attempt = '', ...parameters }: Readonly<Record<string, string>>): object {
    const isPending = this.pending?.attempt === attempt;
    const ended = this.records[attempt];
    if (action === 'apply') return this.#apply(attempt, parameters);
    if (!isPending && ended === undefined) this.records[attempt] = 'never';
    if (this.pending === undefined || !isPending) return { outcome: 'nothing', ended: ended ?? 'never' };
    if (action === 'undo') return this.#undo(this.pending);
    this.pending = undefined;
    this.booting = [...this.running];
    this.records[attempt] = 'confirmed';
    return { outcome: 'confirmed' };
  }

  #apply(attempt: string, { Base, File = '', UndoAfter = '0' }: Readonly<Record<string, string>>): object {
    const { pending } = this;
    if (pending?.attempt === attempt) return this.#applied(pending);
    const ended = this.records[attempt];
    if (ended === 'never') return refused('ended', 'this push was called off');
    if (ended !== undefined)
      return ended === 'confirmed' ? { outcome: ended } : { outcome: ended, says: 'it was undone' };
    if (pending !== undefined)
      return refused('pending', `push ${pending.attempt} is neither confirmed nor rolled back yet`);
    const { commands, boot } = JSON.parse(gunzipSync(Buffer.from(File, 'base64')).toString()) as {
      commands: string[][];
      boot: { id: string; notAfter: number };
    };
    if (boot.id !== this.bootId || 3600 + this.now() / 1000 > boot.notAfter)
      return refused('expired', 'it came too late');
    if (Base !== hash(textOf(this.running))) return refused('changed', 'it is not the one that was compared');
    const undoAt = this.now() + Number(UndoAfter) * 1000;
    this.pending = { attempt, before: this.running, undoAt, state: 'applied' };
    const config = new SimulatedConfig(this.running);
    for (const [verb = '', ...path] of commands) config.run(`${verb} ${path.map((word) => `'${word}'`).join(' ')}`);
    this.running = config.lines();
    return this.#applied(this.pending);
  }

  #applied(pending: Pending): object {
    return { outcome: 'applied', undoInS: this.#undoInS(pending) };
  }

  #undoInS({ undoAt }: Pending): number {
    return Math.max(0, (undoAt - this.now()) / 1000);
  }

  #undo({ attempt, before }: Pending): object {
    this.running = before;
    this.pending = undefined;
    this.records[attempt] = 'undone';
    return { outcome: 'undone', says: 'the old configuration is in force' };
  }

  #passTime(): void {
    if (this.pending !== undefined && this.pending.undoAt <= this.now() && this.now() > 0) this.fireTimer();
  }
}

function refused(why: string, says: string): object {
  return { outcome: 'refused', why, says };
}

/** A neighbor whose session is not Established. */
export const DOWN: Neighbors[string] = { established: false, prefixes: 0, messages: 40, holdS: null };

/** As the configuration has them: what has the router's own AS is the other one of the pair. */
function neighborsIn(lines: readonly string[]): { readonly address: string; readonly pair: boolean }[] {
  const bgp = lines
    .map((line) => parseSetCommand(line, 0) ?? [])
    .flatMap(([area, protocol, ...words]) => (area === 'protocols' && protocol === 'bgp' ? [words] : []));
  const own = bgp.find(([key]) => key === 'system-as')?.[1];
  return bgp.flatMap(([key, address = '', what, as]) =>
    key === 'neighbor' && what === 'remote-as' ? [{ address, pair: as === own }] : [],
  );
}

export const SILENT: CommandEnd = { kind: 'silent', why: 'no answer within 15 s' };

/**
 * What a run of config-push acts with, over the fake routers of a pair, by name, which answer at once; their clock is the
 * world's.
 */
export function pushTools(
  world: FakeWorld,
  routers: Readonly<Record<string, FakeRouter>>,
  pushes: FakePushes,
  change: Partial<PushPorts> & Pick<PushPorts, 'run'>,
): PushPorts {
  const named = ({ name }: ManagedRouter): FakeRouter => {
    const found = routers[name];
    if (found === undefined) throw new Error(`no router ${name}`);
    return found;
  };
  for (const router of Object.values(routers)) router.now = () => world.now;
  return {
    ...world.tools(),
    createdIds: {},
    pushes: pushes.store,
    record: new PushRecord(() => world.now),
    endsAt: world.now + FUNCTION_TIMEOUT_MS,
    deadlines: DEADLINES,
    verify: VERIFY,
    describeAgent: (router) => Promise.resolve(named(router).agent),
    showConfig: (router) => Promise.resolve(named(router).show()),
    readNeighbors: (router) => Promise.resolve(named(router).bgp()),
    applyConfig: (router, parameters) => Promise.resolve(named(router).act(parameters)),
    ...change,
  };
}

/** A site's plan of a topology file. */
export async function planFile(
  file: string,
  overrides: readonly PushOverride[],
  tools: PushPorts,
): Promise<SitePlan | WrongTopology> {
  const { topology, mistakes } = parsePushedTopology(file, tools);
  if (topology === undefined) return { outcome: 'wrong-topology', says: mistakes };
  return planSite(topology, overrides, tools);
}

/** The store of pushes, with the conditions of the real one. */
export class FakePushes {
  last: PushJournal | undefined;
  readonly configs: Record<string, PushedConfig> = {};
  /** Pushes that were given up, by router. */
  readonly off: Record<string, string> = {};

  readonly store: PushPorts['pushes'] = {
    journal: () => Promise.resolve(this.last),
    begin: (journal, seen, now) => {
      const free = this.last === undefined || (this.#isStill(seen) && this.last.leasedUntil <= now);
      if (free) this.last = journal;
      return Promise.resolve(free);
    },
    takeOver: (journal, seen) => {
      const asSeen = this.#isStill(seen);
      if (asSeen) this.last = journal;
      return Promise.resolve(asSeen);
    },
    update: (journal) => {
      const ours = this.last?.run === journal.run;
      if (ours) this.last = journal;
      return Promise.resolve(ours);
    },
    cancel: (router, id) => Promise.resolve(void (this.off[router] = id)),
    cancelledPush: (router) => Promise.resolve(this.off[router]),
    pushed: ({ name, eni }) => Promise.resolve(this.configs[eni] ?? this.configs[name]),
    setPushed: ({ name, eni }, config) =>
      Promise.resolve(void Object.assign(this.configs, { [name]: config, [eni]: config })),
  };

  #isStill(seen: PushJournal | undefined): boolean {
    return this.last?.run === seen?.run && this.last?.revision === seen?.revision;
  }
}

/** Requests to config-push, with the condition of the real store. */
export class FakePushRequests {
  readonly kept = new Map<string, KeptRequest>();

  readonly store: OperatorPorts['requests'] = {
    claim: (id, request) => {
      const earlier = this.kept.get(id);
      if (earlier === undefined) this.kept.set(id, request);
      return Promise.resolve(earlier);
    },
    // As the table does: what is not JSON is lost.
    keep: (id, request) => Promise.resolve(void this.kept.set(id, JSON.parse(JSON.stringify(request)) as KeptRequest)),
  };
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
