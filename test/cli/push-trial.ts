import type { Call } from '#cli/environment.ts';
import { loadTopology } from '#topology/load.ts';
import type { Topology } from '#topology/topology.ts';
import { FakeRouter, SILENT } from '../functions/fake-routers.ts';
import type { Ended } from './command-line.ts';
import { asRunning, FILE, type PushedSite, PushedSites, rendered, withoutSecrets } from './pushed-sites.ts';

export type Kind = 'single' | 'pair' | 'both ends';
export type Fault = 'answer lost' | 'function died' | 'refused' | 'silent router' | 'Ctrl-C' | 'second person';

/** What a router really has: by this push, before it, or something else. */
type Has = 'new' | 'old' | 'other';

const WIDER = FILE.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.16.0/20]');
const RENUMBERED = FILE.replace('169.254.10.4/30', '169.254.20.4/30');
/** What the second push wants of the same routers. */
const OTHER = FILE.replaceAll(/frontSubnets: \[10\.(\d)\.0\.0\/20\]/g, 'frontSubnets: [10.$1.0.0/20, 10.$1.64.0/20]');

const KINDS: Readonly<Record<Kind, { file: string; routers: readonly string[]; line: readonly string[] }>> = {
  single: { file: WIDER, routers: ['tokyo-2'], line: ['--site', 'tokyo'] },
  pair: { file: WIDER, routers: ['tokyo-2', 'tokyo-1'], line: ['--site', 'tokyo'] },
  'both ends': { file: RENUMBERED, routers: ['tokyo-2', 'virginia-2'], line: [] },
};

/** What a router runs and boots with, and when its timer acts. */
export interface Real {
  readonly runs: Has;
  readonly boots: Has;
  readonly undoAt: number | undefined;
}

export interface Claim {
  readonly router: string;
  readonly runs: string;
  readonly boots: string;
  readonly revertsAt: string | null;
}

export interface Printed {
  readonly schema: string;
  /** Missing in an error. */
  readonly down?: readonly string[];
  readonly sites?: readonly { readonly outcome: string; readonly says: string; readonly routers: readonly Claim[] }[];
}

/** One push of one kind, with a fault at one of its calls, over fake routers; and what they have then. */
export class Trial {
  readonly sites = new PushedSites();
  readonly #kind: Kind;
  readonly #interrupt = new AbortController();
  #second: Promise<Ended> | undefined;

  constructor(kind: Kind) {
    this.#kind = kind;
    if (kind === 'single') this.#give('tokyo', 'tokyo-1', WIDER);
  }

  /** Routers that are to change. */
  get names(): readonly string[] {
    return KINDS[this.#kind].routers;
  }

  run(more: readonly string[] = ['--yes', '--json']): Promise<Ended> {
    const { file, line } = KINDS[this.#kind];
    return this.sites.run(['config', 'push', '-', ...line, ...more], { stdin: file, signal: this.#interrupt.signal });
  }

  /** The output of the second push. */
  async second(): Promise<Ended | undefined> {
    return this.#second;
  }

  /** At the first call that `is` it. */
  at(is: (call: Call) => boolean, router: string, fault: Fault): void {
    let begun = false;
    const before = this.sites.instead;
    this.sites.instead = async (call) => {
      if (begun || !is(call)) return before(call);
      begun = true;
      const site = this.sites.sites.get(call.functionName) as PushedSite;
      return this.#happens(fault, call, site, router);
    };
  }

  async #happens(fault: Fault, { payload }: Call, site: PushedSite, router: string): Promise<unknown> {
    const { action } = payload as { action: string };
    switch (fault) {
      case 'answer lost':
        await site.answer(payload);
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      case 'function died':
        return dies(site, payload);
      case 'Ctrl-C':
        await dies(site, payload).catch(() => {});
        this.#interrupt.abort();
        throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
      case 'refused':
        if (['plan', 'push'].includes(action)) pause(site);
        else this.sites.router(router).fireTimer();
        return undefined;
      case 'silent router':
        fallSilent(this.sites.router(router), action);
        return undefined;
      case 'second person': {
        // Between the plan and the push, or between the push and its last reading.
        const isFirst = action === 'plan' && this.sites.router(router).acts.length === 0;
        const answer = isFirst ? await site.answer(payload) : undefined;
        this.#second = this.#pushOfSomebodyElse(site);
        await this.#second;
        return answer;
      }
    }
  }

  #pushOfSomebodyElse(site: PushedSite): Promise<Ended> {
    const { instead } = this.sites;
    this.sites.instead = () => undefined;
    const line = ['config', 'push', '-', '--yes', '--by', 'bob@desk', '--site', site.world.site.name];
    return this.sites.run(line, { stdin: OTHER }).finally(() => void (this.sites.instead = instead));
  }

  /** What the routers have now that are to change. */
  have(): ReadonlyMap<string, Real> {
    return new Map(this.names.map((name) => [name, this.#has(name)]));
  }

  #has(name: string): Real {
    const { running, booting, pending } = this.sites.router(name);
    return { runs: this.#called(name, running), boots: this.#called(name, booting), undoAt: pending?.undoAt };
  }

  /** All that happens by itself has happened. */
  waitForTimers(): void {
    for (const site of this.sites.sites.values())
      for (const router of Object.values(site.routers)) {
        speakAgain(router);
        router.fireTimer();
      }
  }

  #called(name: string, lines: readonly string[]): Has {
    const shown = withoutSecrets(lines);
    if (same(shown, linesOf(KINDS[this.#kind].file, name))) return 'new';
    return same(shown, linesOf(FILE, name)) ? 'old' : 'other';
  }

  #give(of: string, name: string, file: string): void {
    const router = this.sites.router(name);
    router.running = linesOf(file, name);
    router.booting = linesOf(file, name);
    const site = [...this.sites.sites.values()].find(({ world }) => world.site.name === of);
    if (site !== undefined) site.pushes.configs[name] = { lines: rendered(name, read(file)), at: 0, id: 'before' };
  }
}

function linesOf(file: string, name: string): string[] {
  return asRunning(name, read(file));
}

const READ = new Map<string, Topology>();

function read(file: string): Topology {
  const known = READ.get(file);
  if (known !== undefined) return known;
  const { topology } = loadTopology(file, 'topology');
  if (topology === undefined) throw new Error('the topology of a trial has mistakes');
  READ.set(file, topology);
  return topology;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  const text = (lines: readonly string[]) => lines.toSorted().join('\n').replaceAll("'", '');
  return text(one) === text(other);
}

async function dies(site: PushedSite, payload: unknown): Promise<never> {
  await site.answer(payload, { dies: true }).catch(() => {});
  throw Object.assign(new Error('Task timed out after 900.00 seconds'), { name: 'FunctionFailed' });
}

function pause({ world }: PushedSite): void {
  const pauseNow = { since: world.now, until: world.now + 86_400_000, by: 'ann@desk', reason: 'a test' };
  world.stored = { ...world.stored, pause: pauseNow };
}

/** From its next act on, if it gets a configuration then; else from now on. Its timer goes on. */
function fallSilent(router: FakeRouter, action: string): void {
  const silence = () => {
    router.show = () => {
      FakeRouter.prototype.show.call(router);
      return SILENT;
    };
    router.bgp = () => SILENT;
    router.act = () => SILENT;
  };
  if (action !== 'push') return silence();
  router.act = (parameters) => {
    FakeRouter.prototype.act.call(router, parameters);
    silence();
    return SILENT;
  };
}

function speakAgain(router: FakeRouter): void {
  for (const method of ['show', 'bgp', 'act'] as const) Reflect.deleteProperty(router, method);
}
