import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import {
  type FakeApi,
  type FakeMetadata,
  fakeApi,
  fakeMetadata,
  type Listener,
  type RunningServer,
  serve,
} from './http-servers.ts';
import { TestPeer } from './peer.fixture.ts';

/** A script as it goes onto routers. */
export const scriptPath = (name: string) => fileURLToPath(new URL(`../../router/${name}`, import.meta.url));

export const REPORT = scriptPath('report');

const CURL = fileURLToPath(new URL('curl.sh', import.meta.url));

/** For a peer that answers: it gets the time for that, and is not asked for long whether it is shutting down. */
export const LIVING = { CONFIRM_FOR: '0.3', ASK_AGAIN_FOR: '0' };

export interface Ended {
  readonly status: number | null;
  readonly stderr: string;
  /** Of the process group that it ran in. */
  readonly group: number;
}

/** What FRR says of tokyo-2's neighbors: its tunnel brings prefixes, and so does the pair's session. */
const HEALTHY_BGP = JSON.stringify({
  ipv4Unicast: {
    as: 65001,
    peers: Object.fromEntries(
      ['169.254.10.6', '169.254.254.1'].map((peer) => [peer, { pfxRcd: 2, state: 'Established', peerState: 'OK' }]),
    ),
  },
});

/** The same, counted: what a report carries. */
export const HEALTHY_COUNTS = {
  tunnels: { configured: 1, established: 1, receiving: 1, unreadable: 0 },
  pair: { configured: 1, established: 1, receiving: 1, unreadable: 0 },
};

/** tokyo-2 with its configuration, its daemons' stand-ins, a metadata service and the API of its site. */
export class TestRouter {
  readonly directory: string;
  readonly api: FakeApi;
  readonly metadata: FakeMetadata;
  readonly #apiServer: RunningServer;
  readonly #apiListener: Listener;
  readonly #servers: RunningServer[];
  readonly peer = new TestPeer();
  /** Ids of processes that are not this router's. Most of the machine's are not, and a test that waits asks again and again. */
  #foreign = new Set<number>();
  #apiDown = false;

  private constructor(
    directory: string,
    api: ReturnType<typeof fakeApi>,
    metadata: ReturnType<typeof fakeMetadata>,
    servers: [RunningServer, RunningServer],
  ) {
    this.directory = directory;
    this.api = api.state;
    this.metadata = metadata.state;
    this.#apiListener = api.listener;
    this.#apiServer = servers[0];
    this.#servers = [...servers];
  }

  /** Until the test ends. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<TestRouter> {
    const api = fakeApi();
    const metadata = fakeMetadata();
    const servers: [RunningServer, RunningServer] = [await serve(api.listener), await serve(metadata.listener)];
    const router = new TestRouter(await mkdtemp(join(tmpdir(), 'report-')), api, metadata, servers);
    onTestFinished(() => router.stop());
    await router.#putPrograms();
    await router.configure(settings);
    await router.command('vtysh', `echo '${HEALTHY_BGP}'`);
    await router.command('serf', `echo '{"members":[]}'`);
    return router;
  }

  /**
   * The programs as they are on routers, but for count-sessions: a Python for each try of a report would take a third of the processor time
   * of these tests. What stands in for it prints what it would of HEALTHY_BGP; `countsSessions` brings the real one. The same is true of
   * curl and `usesCurl`.
   */
  async #putPrograms(): Promise<void> {
    mkdirSync(this.#program('.'));
    for (const name of readdirSync(scriptPath('')))
      if (name !== 'count-sessions') symlinkSync(scriptPath(name), this.#program(name));
    symlinkSync(CURL, this.#curl);
    await writeScript(this.#program('count-sessions'), `read -r -d '' _; echo '${JSON.stringify(HEALTHY_COUNTS)}'`);
  }

  /** From now on its requests are those of the real curl. */
  usesCurl(): void {
    rmSync(this.#curl, { force: true });
  }

  get #curl(): string {
    return join(this.directory, 'curl');
  }

  #program(name: string): string {
    return join(this.directory, 'programs', name);
  }

  /** From now on its sessions are counted by the program that routers have. */
  countsSessions(): void {
    rmSync(this.#program('count-sessions'));
    symlinkSync(scriptPath('count-sessions'), this.#program('count-sessions'));
  }

  get metadataUrl(): string {
    return `http://127.0.0.1:${this.#servers[1]?.port}`;
  }

  /** Writes report.conf: what a test needs, with `settings` over it. */
  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const all = {
      SITE: 'tokyo',
      SELF: 'tokyo-2',
      PEER: 'tokyo-1',
      PEER_ADDRESS: this.peer.address,
      API_URL: this.apiUrl,
      REGION: 'ap-northeast-1',
      BGP_TUNNELS: '169.254.10.6',
      BGP_PAIR: '169.254.254.1',
      STATE_DIR: join(this.directory, 'state'),
      LOG: join(this.directory, 'report.log'),
      METADATA_URL: this.metadataUrl,
      FRR_SOCKETS: this.directory,
      CONFIRM_PORTS: this.peer.ports.join(' '),
      // All routers of a test share one machine.
      CONFIRM_REFUSED: 'dead',
      // Where nothing listens, asking for longer gives no other answer.
      CONFIRM_FOR: '0',
      RETRY_DELAYS: '0 0.01',
      RETRY_EVERY: '0.02',
      NOTED_EVERY: '0.02',
      SETTLED_FOR: '0',
      // report-phases.test.ts and the demo have two: a Python for each report of these tests would take seconds.
      REPORT_PHASES: '1',
      ...settings,
    };
    await this.writeConfiguration(
      Object.entries(all)
        .map(([key, value]) => `${key}='${value}'`)
        .join('\n'),
    );
  }

  async writeConfiguration(content: string): Promise<void> {
    await writeFile(join(this.directory, 'report.conf'), content);
  }

  /** Puts a shell script of that name before everything else on the PATH. */
  async command(name: string, script: string): Promise<void> {
    await writeScript(join(this.directory, name), script);
  }

  /** From now on curl is what VyOS 1.3 has, as far as we use it: 7.64, which cannot sign. */
  async oldCurl(): Promise<void> {
    this.usesCurl();
    await this.command(
      'curl',
      `case " $* " in
         *--aws-sigv4*) echo 'curl: option --aws-sigv4: is unknown' >&2; exit 2 ;;
         *--version*) echo 'curl 7.64.0 (x86_64-pc-linux-gnu) libcurl/7.64.0' ;;
         *) PATH="\${PATH#*:}" exec curl "\${@//%\\{errormsg\\}/}" ;;
       esac`,
    );
  }

  /** Runs `report` (or another script, or a command of the test's own) to its end. `env` is what a Serf agent would add. */
  async run(
    args: readonly string[],
    {
      env = {},
      stdin = '',
      script = 'report',
      within = ['bash', this.#program(script)],
    }: { env?: Record<string, string>; stdin?: string | Buffer; script?: string; within?: readonly string[] } = {},
  ): Promise<Ended> {
    const child = this.#spawn([...within, ...args], env);
    child.stdin.on('error', () => undefined); // A run that ends before it reads is no fault of the test.
    child.stdin.end(stdin);
    const ended = once(child, 'exit');
    const stderr = await text(child.stderr);
    const [status] = (await ended) as [number | null];
    return { status, stderr, group: child.pid ?? 0 };
  }

  /** A report that waits for a failure, as watch-bfd has it wait: `write` writes a line to its stdin. */
  awaitFailure(): { readonly write: (line: string) => void; readonly end: () => void; readonly ended: Promise<Ended> } {
    const command = [
      'bash',
      this.#program('report'),
      '--await',
      '--detector',
      'bfd',
      '--event',
      'peer-failed',
      '--subject',
      'tokyo-1',
    ];
    const child = this.#spawn(command, {});
    child.stdin.on('error', () => undefined); // It has ended.
    const ended = Promise.all([once(child, 'exit') as Promise<[number | null]>, text(child.stderr)]);
    return {
      write: (line) => void child.stdin.write(`${line}\n`),
      end: () => void child.stdin.end(),
      ended: ended.then(([[status], stderr]) => ({ status, stderr, group: child.pid ?? 0 })),
    };
  }

  /** Starts a script that runs until the test ends, or until what is returned is called. */
  startScript(script: string): { readonly kill: () => Promise<void> } {
    const child = this.#spawn(['bash', this.#program(script)], {});
    return {
      kill: async () => {
        const ended = once(child, 'exit');
        child.kill();
        await ended;
      },
    };
  }

  /** Ends with this process, whatever ends it: what watches for ever would keep a processor busy for as long. */
  #spawn(command: readonly string[], env: Readonly<Record<string, string>>) {
    return spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
      detached: true,
      env: { PATH: `${this.directory}:${process.env.PATH}`, REPORT_CONF: join(this.directory, 'report.conf'), ...env },
    });
  }

  /** What FRR says of its BFD sessions from now on; undefined: it does not run. Both as vtysh shows it. */
  async bfd(sessions: BfdSessions | string | undefined): Promise<void> {
    const file = join(this.directory, 'bfd.json');
    await this.command(
      'vtysh',
      `(($# == 0)) || { echo '${HEALTHY_BGP}'; exit; }
       printf '\\nHello, this is FRRouting (version 8.4.4).\\n\\n'
       while read -r line; do
         printf 'tokyo-2# %s\\n' "$line"
         answer=''
         { IFS= read -r -d '' answer <${file}; } 2>/dev/null
         printf '%s\\n' "\${answer:-Warning: connecting to bfdd...failed!}"
         echo "$line" >>${file}.asked
       done`,
    );
    if (sessions === undefined) return rm(file, { force: true });
    await writeFile(`${file}.new`, typeof sessions === 'string' ? sessions : bfdJson(sessions));
    await rename(`${file}.new`, file);
  }

  /** Until FRR has been asked for its BFD sessions, twice: what it said the first time has been read. */
  async untilBfdSeen(): Promise<void> {
    const asked = async () => (await readFile(join(this.directory, 'bfd.json.asked'), 'utf8').catch(() => '')).length;
    const before = await asked();
    const line = 'show bfd peers json\n'.length;
    await until('question about BFD', async () => (await asked()) >= before + 2 * line);
  }

  serfEvent(event: string, members: string | Buffer): Promise<Ended> {
    return this.run([], { env: { SERF_EVENT: event }, stdin: members });
  }

  /** What a detector calls, waiting for the answer. */
  report(event: 'peer-failed' | 'peer-left' = 'peer-failed'): Promise<Ended> {
    return this.run(['--detector', 'bfd', '--event', event, '--subject', 'tokyo-1', '--foreground']);
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#apiServer.port}`;
  }

  /** Of a process: the id of the one that leads its group. */
  async #groupOf(pid: number): Promise<number> {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  }

  /** Nothing listens at API_URL until `restoreApi`. */
  async cutApi(): Promise<void> {
    await this.#apiServer.close();
    this.#apiDown = true;
  }

  async restoreApi(): Promise<void> {
    this.#servers.push(await serve(this.#apiListener, this.#apiServer.port));
  }

  async log(): Promise<string> {
    return readFile(join(this.directory, 'report.log'), 'utf8').catch(() => '');
  }

  /** Bodies that the API got, parsed. */
  bodies(): ReportBody[] {
    return this.api.requests.map(({ body }) => JSON.parse(body) as ReportBody);
  }

  /** Polls until the condition holds. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    await until(what, condition);
  }

  async untilLogged(pattern: RegExp): Promise<void> {
    await until(`line ${pattern} in the log`, async () => pattern.test(await this.log()));
  }

  async untilAsked(times: number): Promise<void> {
    await until(`${times} requests`, () => this.api.requests.length >= times);
  }

  /** Every process that was started for this router has ended. */
  async untilIdle(): Promise<void> {
    await until('end of the worker', () => this.processes().length === 0);
  }

  /** Ids of the processes started for this router: they have its configuration in their environment. */
  processes(): number[] {
    const mine = `REPORT_CONF=${this.directory}/`;
    const all = pids();
    // An id that is no longer there may come again.
    const left = new Set(all);
    for (const pid of this.#foreign) if (!left.has(pid)) this.#foreign.delete(pid);
    return all.filter((pid) => {
      if (this.#foreign.has(pid)) return false;
      const environ = readProcess(pid, 'environ');
      const isMine = environ.includes(mine);
      // Empty: the kernel is just starting a program.
      if (!isMine && environ !== '') this.#foreign.add(pid);
      return isMine;
    });
  }

  /** Ends everything that a script has started, and not the script itself, whose process leads its group. */
  async endChildren(): Promise<void> {
    for (const pid of this.processes()) {
      const group = await this.#groupOf(pid).catch(() => pid);
      if (pid !== group) end(pid);
    }
  }

  /** Processes of the reports that are under way or wait for a failure. */
  async workers(): Promise<readonly number[]> {
    const isWorker = (pid: number) => /\/report\0--(foreground|await)\0/.test(readProcess(pid, 'cmdline'));
    const workers = this.processes().filter(isWorker);
    const leading = await Promise.all(workers.map(async (pid) => (await this.#groupOf(pid).catch(() => 0)) === pid));
    return workers.filter((_, index) => leading[index]);
  }

  /** A process runs for this router whose command line, with NUL between its words, is like that. */
  async untilProcess(commandLine: RegExp): Promise<void> {
    await until(`process ${commandLine}`, () =>
      this.processes().some((pid) => commandLine.test(readProcess(pid, 'cmdline'))),
    );
  }

  async stop(): Promise<void> {
    // More than once: one that starts another one meanwhile would leave a report that is tried for ever.
    for (let left = this.processes(); left.length > 0; left = this.processes())
      for (const pid of left) end(pid, 'SIGKILL');
    this.peer.kill();
    await Promise.all(this.#servers.slice(this.#apiDown ? 1 : 0).map((server) => server.close()));
    // In place of the thread pool, which makes it ten times as slow.
    rmSync(this.directory, { recursive: true });
  }
}

async function writeScript(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/bash\n${script}\n`);
  await chmod(path, 0o755);
}

/** One that has ended by itself meanwhile is what was wanted. */
function end(pid: number, signal?: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

export interface ReportBody {
  readonly id: string;
  readonly detector: string;
  readonly event: string;
  readonly phase?: string;
  readonly reporter: string;
  readonly subject: string;
  readonly at: string;
  readonly evidence: {
    readonly bgp: unknown;
    readonly bgpError?: string;
    readonly confirm: Readonly<Record<string, unknown>>;
    readonly detectedAt: string;
  };
}

/** Status by the address of the far end, of which some can have several sessions. */
type BfdSessions = Readonly<Record<string, string | readonly string[]>>;

/** Laid out as FRR 8.4.4 does it. A far end's second session is multihop. */
function bfdJson(sessions: BfdSessions): string {
  const each = Object.entries(sessions).flatMap(([peer, statuses]) =>
    [statuses].flat().map((status, index) => ({ peer, status, index })),
  );
  const all = each.map(({ peer, status, index }) => ({
    multihop: index > 0,
    peer,
    local: '169.254.254.1',
    vrf: 'default',
    interface: 'tun1000',
    id: 1397412292,
    'remote-id': 1397412292,
    'passive-mode': false,
    status,
    [status === 'up' ? 'uptime' : 'downtime']: 3,
    diagnostic: 'ok',
    'remote-diagnostic': 'ok',
    'receive-interval': 300,
    'detect-multiplier': 3,
  }));
  return `${JSON.stringify(all, undefined, 2).replaceAll('": ', '":')}\n`;
}

/** Polls; what may take long on a busy machine fails the test after 20 s. */
async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const look = async () => {
    if (!(await condition())) throw new Error(`no ${what} after 20 s`);
  };
  await vi.waitFor(look, { timeout: 20_000, interval: 20 });
}

/**
 * Command line and environment of every process that may be read; NUL between their strings. Read at once: while a test waits, this runs
 * a hundred times a second, and the thread pool makes it ten times as slow.
 */
export function readProcesses(): { pid: number; cmdline: string; environ: string }[] {
  return pids().map((pid) => ({ pid, cmdline: readProcess(pid, 'cmdline'), environ: readProcess(pid, 'environ') }));
}

function pids(): number[] {
  return readdirSync('/proc').map(Number).filter(Boolean);
}

/** Empty: it has ended, or is not to be read. */
function readProcess(pid: number, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
