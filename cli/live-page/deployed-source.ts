import type { Topology } from '#topology/topology.ts';
import type { Action, OperatorAction } from '#ui/actions.ts';
import type { ActionResult, PageState, Problem, SiteState } from '#ui/contract.ts';
import { EntryLog } from '#ui/entry-log.ts';
import { Listeners } from '#ui/listeners.ts';
import type { LiveSource } from '#ui/live-source.ts';
import type { TestNetwork } from '#ui/test-network.ts';
import type { NextCommand } from '../output/next-command.ts';
import type { HistoryView } from '../views/history-view.ts';
import type { RouterView, SiteView } from '../views/site-view.ts';
import { actionResult } from './action-result.ts';
import { asTyped, commandOfAction } from './command-of-action.ts';
import { historyEntry } from './history-entry.ts';
import { siteState, unansweredSite, unreadSite } from './site-state.ts';
import { parsedStatus, type RunCommand, runJson, type StatusOutput, watchStatus } from './status-stream.ts';
import { tunnelStates } from './tunnel-states.ts';

interface DeployedSourceOptions {
  readonly topology: Topology;
  /** Runs a command line of vyos-failover: the page shows and does what commands show and do. */
  readonly run: RunCommand;
  /** Makes the command that an action is shown as. */
  readonly next: NextCommand;
  /** Seconds between two readings. */
  readonly everyS: number;
  readonly mayOperate: boolean;
  /** Resolves after ms, or when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Of a demo or a lab. Default: none. */
  readonly testNetwork?: TestNetwork;
}

const RETRY_MS = 10_000;
const HISTORY_LIMIT = '30';

/** A deployed topology, read with the commands `status` and `history` while a page is open. */
export class DeployedSource implements LiveSource {
  readonly #options: DeployedSourceOptions;
  readonly #listeners = new Listeners();
  readonly #log = new EntryLog();
  readonly #sites: Map<string, SiteState>;
  /** By site that answers: tunnels are drawn by them, and a line has no mark that it is old. */
  readonly #routers = new Map<string, readonly RouterView[]>();
  /** By site: what of its last status a new entry of the history goes with. */
  readonly #epochs = new Map<string, string>();
  readonly #logged = new Set<string>();
  #problem: Problem | null = null;
  #reading: AbortController | undefined;

  constructor(options: DeployedSourceOptions) {
    this.#options = options;
    this.#sites = new Map(options.topology.sites.map((site) => [site.name, unreadSite(site)]));
  }

  state = (): PageState => {
    const { topology, mayOperate, testNetwork } = this.#options;
    return {
      topology: topology.name,
      behind: testNetwork?.behind ?? 'deployment',
      mayOperate,
      sites: [...this.#sites.values()].map((site) => withTestNetwork(site, testNetwork)),
      farEnds: topology.farEnds.map(({ name }) => name),
      tunnels: testNetwork?.tunnels() ?? tunnelStates(topology, [...this.#routers.values()].flat()),
      traffic: testNetwork?.traffic() ?? [],
      problem: this.#problem,
    };
  };

  entries = () => this.#options.testNetwork?.entries() ?? this.#log.all;

  onChange = (listener: () => void): (() => void) => {
    const removers = [this.#listeners.add(listener), this.#options.testNetwork?.onChange(listener)];
    if (this.#reading === undefined) {
      this.#reading = new AbortController();
      void this.#read(this.#reading.signal);
    }
    return () => {
      for (const remove of removers) remove?.();
      if (this.#listeners.size > 0) return;
      this.#reading?.abort();
      this.#reading = undefined;
    };
  };

  act = async (action: Action): Promise<ActionResult> => {
    const { testNetwork } = this.#options;
    if (action.action !== 'fault' && action.action !== 'restore') return this.#operate(action);
    return testNetwork?.act(action) ?? notDone('Faults exist only in a demo or a lab.');
  };

  async #operate(action: OperatorAction): Promise<ActionResult> {
    const { topology, run, next, testNetwork } = this.#options;
    const command = commandOfAction(action, topology);
    if (command === undefined) return notDone('The topology has no such site or router.');
    const typed = asTyped(command, next);
    if (!action.dryRun) testNetwork?.recordAct(action.site, typed);
    const { exitCode, printed } = await runJson(run, [...command, '--yes']);
    if (!action.dryRun) void this.#readSite(action.site);
    return actionResult(exitCode, printed, typed);
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { run, everyS, sleep } = this.#options;
    while (!signal.aborted) {
      const problem = await watchStatus(run, { everyS, signal, take: (status) => this.#take(status) });
      if (problem === undefined) return;
      this.#problem = problem;
      this.#routers.clear();
      for (const [name, site] of this.#sites) this.#sites.set(name, unansweredSite(site, problem));
      this.#listeners.notify();
      await sleep(RETRY_MS, signal);
    }
  }

  async #readSite(name: string): Promise<void> {
    const { printed } = await runJson(this.#options.run, ['status', name]);
    const status = parsedStatus(printed);
    if (status !== undefined) this.#take(status);
  }

  #take({ sites, unseen }: StatusOutput): void {
    this.#problem = null;
    for (const view of sites) this.#takeSite(view);
    for (const { name, says, hint = null } of unseen) {
      this.#routers.delete(name);
      const last = this.#sites.get(name);
      if (last !== undefined) this.#sites.set(name, unansweredSite(last, { says, hint }));
    }
    this.#listeners.notify();
  }

  #takeSite(view: SiteView): void {
    const site = this.#options.topology.sites.find(({ name }) => name === view.name);
    if (site === undefined) return;
    this.#sites.set(view.name, siteState(view, site));
    this.#routers.set(view.name, view.routers);
    const { owner, epoch, severity, pause, diagnosis } = view;
    const mark = JSON.stringify([
      owner,
      epoch,
      severity,
      pause?.since,
      diagnosis.kind,
      view.routers.map(({ maintenance }) => maintenance?.since),
    ]);
    if (this.#options.testNetwork !== undefined || this.#epochs.get(view.name) === mark) return;
    this.#epochs.set(view.name, mark);
    void this.#readHistory(view.name);
  }

  async #readHistory(site: string): Promise<void> {
    const { exitCode, printed } = await runJson(this.#options.run, ['history', site, '--limit', HISTORY_LIMIT]);
    if (exitCode !== 0) return void this.#epochs.delete(site);
    const { entries } = JSON.parse(printed) as { readonly entries: readonly HistoryView[] };
    for (const entry of entries.toReversed()) {
      const key = `${site} ${entry.id} ${entry.at} ${entry.outcome}`;
      if (this.#logged.has(key)) continue;
      this.#logged.add(key);
      this.#log.add(historyEntry(site, entry));
    }
    this.#listeners.notify();
  }
}

/** Adds what a test network knows of a site sooner than its status. */
function withTestNetwork(site: SiteState, testNetwork: TestNetwork | undefined): SiteState {
  if (testNetwork === undefined) return site;
  const routes = testNetwork.routesOf(site.name) ?? site.routes;
  const owners = new Set(routes.map(({ router }) => router));
  const [owner = null] = owners;
  return {
    ...site,
    routes,
    owner: owners.size === 1 ? owner : site.owner,
    routers: site.routers.map((router) => ({ ...router, faults: testNetwork.faultsOf(router.name) })),
  };
}

function notDone(says: string): ActionResult {
  return { outcome: 'refused', says, hint: null, command: null, steps: [] };
}
