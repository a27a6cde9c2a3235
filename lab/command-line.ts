import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addSubnets } from './add-subnets.ts';
import { down } from './down.ts';
import { exportsOf } from './environment.ts';
import { breakIt, FAULTS, type Fault, heal, isCut, mend } from './faults.ts';
import { startPing, wayBetween } from './ping.ts';
import { type LabPlan, planLab } from './plan.ts';
import { whyNot, whyNotEncrypted } from './requirements.ts';
import { rootInForce, runInRoot } from './root-enter.ts';
import { makeRoot, NEXT_SUITE } from './root-make.ts';
import { waitUntil } from './run.ts';
import { showStatus } from './show-status.ts';
import {
  type CloudState,
  checkName,
  LABS,
  LabError,
  readCloudState,
  readPlan,
  readRoot,
  readTopology,
} from './state.ts';
import { statusOf } from './status.ts';
import { raise } from './up.ts';
import { validate } from './validate.ts';

const USAGE = `Usage: npm run lab -- COMMAND [options]      (Linux, root)

A topology as network namespaces: real FRR and Serf, an emulated AWS, hosts that ping each other.

  up                    raise it and wait until it is a healthy network; prints the \`export\` lines for the CLI, also when it
                        is up already
  status                where the routes point, BGP, and programs
  fail NAME [FAULT]     break a router (FAULT partition: a site)
${Object.entries(FAULTS)
  .map(([name, says]) => `    ${name.padEnd(20)}${says}`)
  .join('\n')}
  heal [NAME CUT]       mend all, or only one uplink, api or partition; routes stay where they are
  subnets FILE          make the front subnets that FILE has more than the lab: hosts, and routes at the present owner;
                        \`vyos-failover config push FILE\` then tells the routers
  ping                  10 s of pings between two sites: sent, received, the longest gap
  validate              BGP, BFD, routes, Serf, pings
  down                  remove all of it; also after a crash
  root make DIR         a root directory with a newer Debian (trixie), whose FRR, strongSwan and Serf \`up --root DIR\` takes

  --topology FILE       of up; default examples/tokyo-virginia.yaml
  --root DIR            of up: the daemons of this root directory, not the machine's; later commands know it
  --plain               of up: tunnels are VXLAN in clear, and not GRE in ESP; needs no strongSwan
  --json                of status: one JSON object
  --name NAME           of the lab, should there be several; default lab
  --from SITE --to SITE of ping; default: the first two
  --seconds N           of ping; default 10

Exit codes: 0 done, or all is well · 1 failed · 2 the command line or the topology is wrong · 3 validate found faults
`;

const MAIN = new URL('main.ts', import.meta.url);

const CONVERGES_WITHIN_MS = 60_000;
const CLOUD_WITHIN_MS = 120_000;

interface Options {
  readonly topology: string;
  readonly root?: string | undefined;
  readonly plain: boolean;
  readonly json: boolean;
  readonly name: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly seconds: string;
}

/** @returns the exit code */
export async function commandLine(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parse(argv);
    if (values.help) return say(USAGE);
    const [command = ''] = positionals;
    const root = OUTSIDE.includes(command) ? undefined : (values.root ?? readRoot(join(LABS, checkName(values.name))));
    if (root !== undefined && rootInForce() === undefined)
      return await runInRoot(root, [process.execPath, fileURLToPath(MAIN), ...argv]);
    return await obey(positionals, values);
  } catch (error) {
    const mistake = error instanceof LabError;
    process.stderr.write(`${error instanceof Error ? (mistake ? error.message : error.stack) : String(error)}\n`);
    return mistake ? 2 : 1;
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        topology: { type: 'string', default: 'examples/tokyo-virginia.yaml' },
        root: { type: 'string' },
        name: { type: 'string', default: 'lab' },
        from: { type: 'string' },
        to: { type: 'string' },
        seconds: { type: 'string', default: '10' },
        plain: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new LabError(`${(error as Error).message}\nSee npm run lab -- --help`);
  }
}

interface Asked {
  readonly name: string;
  readonly words: readonly string[];
  readonly options: Options;
}

/** How many words may follow a command; of those that are not here, none. */
const WORDS: Readonly<Record<string, number>> = { fail: 2, heal: 2, subnets: 1, root: 2 };

/** Each gives the exit code. */
const COMMANDS: Readonly<Record<string, (asked: Asked) => Promise<number>>> = {
  up,
  async status({ name, options }) {
    const status = await statusOf(readPlan(name));
    return say(options.json ? `${JSON.stringify(status, undefined, 2)}\n` : showStatus(status));
  },
  fail,
  heal: mendAll,
  subnets,
  ping: ({ name, options }) => ping(readPlan(name), options),
  async validate({ name }) {
    const faults = await validate(readPlan(name));
    say(faults.length === 0 ? 'all is well\n' : `${faults.join('\n')}\n`);
    return faults.length === 0 ? 0 : 3;
  },
  async down({ name }) {
    await down(name);
    return 0;
  },
  root,
};

/** What needs none of a lab's daemons. */
const OUTSIDE: readonly string[] = ['down', 'root'];

async function obey([command, ...words]: readonly string[], options: Options): Promise<number> {
  const act = COMMANDS[command ?? ''];
  if (act === undefined)
    throw new LabError(`${command === undefined ? 'no command' : `no such command: ${command}`}\n\n${USAGE}`);
  const [surplus] = words.slice(WORDS[command ?? ''] ?? 0);
  if (surplus !== undefined) throw new LabError(`"${surplus}" means nothing to ${command}\nSee npm run lab -- --help`);
  const reason = command === 'root' ? undefined : whyNot();
  if (reason !== undefined) throw new LabError(reason);
  return act({ name: checkName(options.name), words, options });
}

async function fail({ name, words: [where = '', fault = 'router'] }: Asked): Promise<number> {
  if (!isFault(fault)) throw new LabError(`there is no fault "${fault}"; there are ${Object.keys(FAULTS).join(', ')}`);
  const { plan, cloud } = running(name);
  await breakIt(plan, cloud, where, fault);
  return 0;
}

async function mendAll({ name, words: [where, fault = ''] }: Asked): Promise<number> {
  const { plan, cloud } = running(name);
  if (where === undefined) await heal(plan, cloud);
  else if (isFault(fault) && isCut(fault)) await mend(plan, where, fault);
  else throw new LabError('uplink, api and partition can be mended one by one; the rest only all together');
  return 0;
}

async function subnets({ name, words: [file = ''] }: Asked): Promise<number> {
  const { plan, cloud } = running(name);
  const added = await addSubnets(plan, planLab(readTopology(file), plan, LABS), cloud);
  return say(`${added.join(' ') || 'nothing'} added\n`);
}

async function root({ words: [what, directory] }: Asked): Promise<number> {
  if (what !== 'make' || directory === undefined) throw new LabError('root make DIR\nSee npm run lab -- --help');
  tell(`Debian ${NEXT_SUITE} into ${directory}: some minutes`);
  return say(`${await makeRoot(resolve(directory), NEXT_SUITE)}npm run lab -- up --root ${directory}\n`);
}

function isFault(text: string): text is Fault {
  return Object.hasOwn(FAULTS, text);
}

/** @throws LabError if the lab's AWS does not run */
function running(name: string): { plan: LabPlan; cloud: CloudState } {
  const plan = readPlan(name);
  const cloud = readCloudState(plan.directory);
  if (cloud === undefined)
    throw new LabError(`the emulated AWS of lab "${name}" has ended; \`down\` and \`up\` make it anew`);
  return { plan, cloud };
}

async function up({ name, options: { topology, plain } }: Asked): Promise<number> {
  const reason = plain ? undefined : whyNotEncrypted();
  if (reason !== undefined) throw new LabError(`${reason}\nor take --plain`);
  const running = readCloudState(join(LABS, name));
  if (running !== undefined) return sayThatItIsUp(name, running);
  const { plan, cloud } = await raise({ name, encrypted: !plain }, topology, startCloudProcess, tell);
  tell('waiting until BGP, BFD and Serf have met');
  let faults: string[] = [];
  const healthy = async () => (faults = await validate(plan)).length === 0;
  if (await waitUntil(healthy, { withinMs: CONVERGES_WITHIN_MS, everyMs: 500 })) {
    return say(`lab "${name}" is up:\n${exportsOf(plan, cloud)}`);
  }
  process.stderr.write(
    `lab "${name}" is up, and no healthy network after ${CONVERGES_WITHIN_MS / 1000} s:\n${faults.join('\n')}\n`,
  );
  return 1;
}

/** Changes nothing: what is broken in it may be broken on purpose. */
function sayThatItIsUp(name: string, cloud: CloudState): number {
  tell('nothing was started: `validate` says whether all is well, `heal` mends it, `down` and `up` make it anew');
  return say(`lab "${name}" is up already:\n${exportsOf(readPlan(name), cloud)}`);
}

/** Outlives this process; `down` ends it. */
async function startCloudProcess({ name, directory }: LabPlan): Promise<CloudState> {
  const file = join(directory, 'cloud.log');
  const log = openSync(file, 'a');
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary);
  const program = fileURLToPath(new URL('cloud-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, name], {
    detached: true,
    stdio: ['ignore', log, log],
    // What it leaves behind if it is killed goes with the lab.
    env: { ...process.env, TMPDIR: temporary },
  });
  closeSync(log);
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  let cloud: CloudState | undefined;
  await waitUntil(() => ended || (cloud = readCloudState(directory)) !== undefined, { withinMs: CLOUD_WITHIN_MS });
  child.unref();
  if (cloud !== undefined) return cloud;
  if (!ended) child.kill('SIGKILL');
  throw new Error(`the emulated AWS did not start; its last words are in ${file}`);
}

async function ping(plan: LabPlan, { from, to, seconds }: Options): Promise<number> {
  const forMs = Number(seconds) * 1000;
  if (!(forMs > 0 && forMs <= 3_600_000)) throw new LabError(`--seconds takes a number up to 3600, not "${seconds}"`);
  const way = wayBetween(plan, from, to);
  const running = startPing(way, { everyMs: 20, forMs: forMs + 5_000 });
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const { sent, received, longestGapMs } = await running.stop();
  say(`${way.from} to ${way.to}: ${received} of ${sent} came back, longest gap ${longestGapMs} ms\n`);
  return received > 0 ? 0 : 1;
}

function tell(progress: string): void {
  process.stderr.write(`· ${progress}\n`);
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}
