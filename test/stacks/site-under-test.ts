import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { accountOf, instanceOf, roleOf } from '#demo/account-of-topology.ts';
import type { Account } from '#emulator/account.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { KeptEnvironments } from '#emulator/lambda/kept-environments.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { Happening } from '#emulator/service.ts';
import { type StartOptions, startEmulator } from '#emulator/start.ts';
import { namesOf } from '#infra/names.ts';
import { loadTopology } from '#topology/load.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { emptyStore, resetRoutes } from './reset-site.ts';
import { copyOf, synthesized } from './synthesized.ts';

const FILE = 'examples/tokyo-virginia.yaml';

/**
 * Of all emulators that the test files of this process start: a function that starts cold costs more than most of what it is then asked.
 * A test that asserts something of a cold start says so (`isCold`).
 */
export const kept = new KeptEnvironments();

export const topology = loadExample();
export const [tokyo] = topology.sites as readonly [Site, ...Site[]];
export const names = namesOf(topology, tokyo);

function loadExample(): Topology {
  return loaded(readFileSync(FILE, 'utf8'), FILE);
}

/** @throws Error for a topology with mistakes */
export function loaded(text: string, name: string): Topology {
  const { topology: read, mistakes } = loadTopology(text, name);
  if (read === undefined) throw new Error(`${name} has mistakes: ${JSON.stringify(mistakes)}`);
  return read;
}

/**
 * A copy of the synthesized assembly; `remove` when done. Default: of the example.
 *
 * @param messages whether notifiers get events; default not (`withoutMessages`)
 */
export async function assembly(
  file = FILE,
  { messages = false }: { readonly messages?: boolean } = {},
): Promise<{ directory: string; remove(): void }> {
  const copy = copyOf(await synthesized(file));
  if (!messages) changeTemplates(copy.directory, withoutMessages);
  return copy;
}

/** Changes all templates of a copied assembly. */
export function changeTemplates(directory: string, change: (template: Template) => void): void {
  for (const each of readdirSync(directory).filter((name) => name.endsWith('.template.json'))) {
    const file = join(directory, each);
    const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
    change(template);
    writeFileSync(file, JSON.stringify(template));
  }
}

/**
 * Disables the rules that invoke notifiers, for tests that read no messages: the first evaluation of the alarms alone starts a dozen
 * processes, which take several times as long as such a test.
 */
function withoutMessages({ Resources }: Template): void {
  const notifiers = Object.keys(Resources).filter((id) => {
    const { Type, Properties } = Resources[id] ?? {};
    return Type === 'AWS::Lambda::Function' && String(Properties?.['FunctionName']).endsWith('-notify');
  });
  for (const { Type, Properties } of Object.values(Resources)) {
    const targets = JSON.stringify(Properties['Targets'] ?? []);
    if (Type === 'AWS::Events::Rule' && notifiers.some((id) => targets.includes(id))) Properties['State'] = 'DISABLED';
  }
}

/** A copy of an assembly with Tokyo's template changed. */
export function changed(
  directory: string,
  change: (template: Template) => void,
): { directory: string; remove(): void } {
  const copy = copyOf(directory);
  const file = join(copy.directory, `${names.stack}.template.json`);
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
  change(template);
  writeFileSync(file, JSON.stringify(template));
  return copy;
}

export interface Template {
  readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

export interface StartSiteOptions extends Pick<StartOptions, 'ec2'> {
  readonly of?: Topology;
  readonly account?: (plain: Account) => Account;
  /** Every function starts cold, though perhaps in a process that another emulator left. False if omitted. */
  readonly isCold?: boolean;
}

/** The stacks in the emulator, and routers that print a BGP summary with their sessions in the given state. */
export class SiteUnderTest {
  readonly emulator: Emulator;
  readonly #bin: string;
  readonly #of: Topology;
  /** Number of happenings before the test. */
  #before = 0;

  private constructor(emulator: Emulator, bin: string, of: Topology) {
    this.emulator = emulator;
    this.#bin = bin;
    this.#of = of;
  }

  /** @param options `of`, default the example: what was synthesized. `account`: what is in it besides */
  static async start(
    directory: string,
    { of = topology, account = (plain) => plain, isCold = false, ...options }: StartSiteOptions = {},
  ): Promise<SiteUnderTest> {
    const bin = mkdtempSync(join(tmpdir(), 'vyos-failover-routers-'));
    const plain = accountOf(of, ({ name }) => ({ path: join(bin, name) }));
    if (isCold) kept.forgetWarm();
    const emulator = await startEmulator({
      ...options,
      kept,
      assembly: directory,
      account: account(plain),
    });
    const site = new SiteUnderTest(emulator, bin, of);
    for (const router of [tokyo.routers.active, tokyo.routers.standby]) site.showBgp(router, 'Established');
    return site;
  }

  /**
   * The state of the start for another test, at a fraction of the time: routes of the topology, an empty store, no faults, Established
   * sessions. Stacks, warm functions, alarms and instances stay: a test that changes those has an emulator of its own.
   */
  async reset(): Promise<void> {
    this.emulator.faults.clear();
    await Promise.all([resetRoutes(this.emulator, tokyo), emptyStore(this.emulator, tokyo, names.stack)]);
    for (const router of [tokyo.routers.active, tokyo.routers.standby]) this.showBgp(router, 'Established');
    this.#before = this.emulator.happenings.length;
  }

  /** What `vtysh` on the router prints from now on: all its sessions in that state. */
  showBgp({ name }: Router, state: string): void {
    cpSync('test/stacks/vtysh', join(this.#bin, name, 'vtysh'), { recursive: true });
    writeFileSync(join(this.#bin, name, 'bgp.json'), JSON.stringify(bgpOf(name, state, this.#of)));
  }

  /** Signs as the instance role of a router does. `role`: default, the router's own. */
  signedBy(router: Router, role = roleOf(router)): AwsClient {
    const { accessKeyId, secretAccessKey, sessionToken } = this.emulator.credentials.forRole(
      `arn:${partitionOf(this.#region).name}:iam::123456789012:role/${role}`,
      instanceOf(router),
    );
    return new AwsClient({
      accessKeyId,
      secretAccessKey,
      sessionToken: sessionToken ?? '',
      region: this.#region,
      service: 'execute-api',
      retries: 0,
    });
  }

  async post(
    body: unknown,
    { by = tokyo.routers.standby, role, site = 'tokyo' }: { by?: Router; role?: string; site?: string } = {},
  ): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const init = { method: 'POST', body: text, headers: { 'content-type': 'application/json' } };
    return answerOf(await this.signedBy(by, role).fetch(this.url(site), init));
  }

  /** Both routers show that they could report. */
  async contact(): Promise<void> {
    for (const by of [tokyo.routers.active, tokyo.routers.standby]) {
      const { status } = await this.post(report({ event: 'contact', reporter: by.name, subject: by.name }), { by });
      if (status !== 200) throw new Error(`${by.name} could not report: HTTP ${status}`);
    }
  }

  /** Of the site whose routers report. */
  get #region(): string {
    return this.#of.sites[0]?.region ?? tokyo.region;
  }

  url(site = 'tokyo'): string {
    return `${this.emulator.httpApiUrl(names.events)}/v1/sites/${site}/events`;
  }

  /** Targets of the managed routes, in the order of the topology. */
  targets(): (string | undefined)[] {
    const { routeTables } = this.emulator.ec2.state(this.#region);
    return tokyo.routeTables.flatMap(({ id, destinations }) =>
      destinations.map(
        (destination) => routeTables.get(id)?.routes.find((route) => route.destination === destination)?.target,
      ),
    );
  }

  /** Since the start, or the last reset. */
  happenings(): readonly Happening[] {
    return this.emulator.happenings.slice(this.#before);
  }

  /** Messages that the functions logged. */
  logged(): string[] {
    return this.happenings().flatMap((each) => (each.kind === 'log' ? [each.line] : []));
  }

  async close(): Promise<void> {
    await this.emulator.close();
    rmSync(this.#bin, { recursive: true, force: true });
  }
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** A report of the standby that the active failed, noticed and made now. */
export function report(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const at = new Date().toISOString();
  const reporter = typeof change['reporter'] === 'string' ? change['reporter'] : 'tokyo-2';
  return {
    id: crypto.randomUUID(),
    detector: 'serf',
    event: 'member-failed',
    reporter,
    subject: 'tokyo-1',
    at,
    evidence: { bgp: bgpOf(reporter, 'Established'), detectedAt: at, confirm: { verdict: 'dead', at } },
    ...change,
  };
}

/** What a router prints with all its sessions in that state. */
export function bgpOf(name: string, state: string, of = topology) {
  const { tunnels, pair } = bgpNeighbors(of)({ name });
  const peer = { remoteAs: 65002, pfxRcd: state === 'Established' ? 1 : 0, state, peerState: 'OK' };
  return { ipv4Unicast: { as: 65001, peers: Object.fromEntries([...tunnels, ...pair].map((each) => [each, peer])) } };
}
