import { copyFileSync, cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accountOf, instanceOf } from '#demo/account-of-topology.ts';
import type { Emulator } from '#emulator/emulator.ts';
import type { Happening } from '#emulator/service.ts';
import { startEmulator } from '#emulator/start.ts';
import { namesOf } from '#infra/names.ts';
import { SimulatedVyos } from '#simulated-vyos/simulated-vyos.ts';
import type { Router } from '#topology/topology.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import { renderConfig } from '#vyos/render.ts';
import { emptyStore, resetRoutes } from './reset-site.ts';
import { assembly, changeTemplates, kept, names, tokyo, topology } from './site-under-test.ts';

/** What all pre-shared keys of the site are; no output may ever have it. */
export const SECRET = 'correct-horse-battery-staple';

const FILE = readFileSync('examples/tokyo-virginia.yaml', 'utf8');
/** The deployed topology, and one that only differs in what a push to Tokyo changes. */
export const asDeployed = FILE;
export const withNewSubnet = FILE.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.16.0/20]');

/** In the folder of an assembly: how far the clock of config-push is ahead of the real one, ms. */
const AHEAD = 'clock-ahead';
const clock = fileURLToPath(new URL('clock-ahead.ts', import.meta.url));
/** A copy that Node takes for JavaScript: to strip the types of a file, even one without any, doubles its start. */
const CLOCK = 'clock-ahead.mjs';

/**
 * The stacks, without messages and the minute that a real BGP may take, and with a clock of config-push that `letPass` puts ahead.
 * Default: of the example.
 *
 * @param variables of config-push, besides
 */
export async function pushableAssembly(
  file?: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ directory: string; remove(): void }> {
  const built = await assembly(file);
  const { directory } = built;
  copyFileSync(clock, join(directory, CLOCK));
  changeTemplates(directory, ({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources)) {
      if (Type === 'AWS::SSM::Document' && String(Properties.Name).includes('-list-neighbors-'))
        keepAnswers(Properties.Content as CommandDocument);
      if (Type !== 'AWS::Lambda::Function' || !String(Properties.FunctionName).endsWith('-config-push')) continue;
      const { Variables } = Properties.Environment as { Variables: Record<string, string> };
      Object.assign(Variables, { BGP_WITHIN_MS: '0', BGP_STEADY_MS: '0', FAR_END_MS: '0' });
      Object.assign(Variables, { BGP_EVERY_MS: '300', BGP_HOLD_MS: '0', ...variables });
      Object.assign(Variables, {
        NODE_OPTIONS: `--import=${join(directory, CLOCK)}`,
        CLOCK_AHEAD: join(directory, AHEAD),
      });
    }
  });
  return built;
}

interface CommandDocument {
  readonly mainSteps: readonly { readonly inputs: { runCommand: string[] } }[];
}

/**
 * Has a router give the same answer again as long as vtysh prints the same and nothing is to go wrong: a push lists the neighbors a dozen
 * times, and Python takes ten times as long.
 */
function keepAnswers({ mainSteps: [step] }: CommandDocument): void {
  if (step === undefined) throw new Error('the document has no step');
  const program = step.inputs.runCommand;
  step.inputs.runCommand = [
    'shown=$SIMULATED_VYOS/bgp.text',
    'kept() { [ ! -f "$shown" ] || echo "$SIMULATED_VYOS/neighbors of $(cksum <"$shown")"; }',
    'read -r faults <"$SIMULATED_VYOS/faults.json"',
    '[ "$faults" = "{}" ] && before=$(kept) || before=',
    '[ ! -f "$before" ] || exec cat "$before"',
    'answer=$(',
    ...program,
    ') || exit',
    'printf "%s\\n" "$answer"',
    // Of what it was shown then, and nothing else.
    'if [ -n "$before" ] && [ "$before" = "$(kept)" ]; then',
    'printf "%s\\n" "$answer" >"$before.$$" && mv "$before.$$" "$before"',
    'fi',
  ];
}

export interface Answered {
  readonly outcome: string;
  readonly reason?: string;
  readonly says?: string;
  readonly router?: string;
  readonly remaining?: readonly string[];
  readonly routers?: readonly {
    readonly name: string;
    readonly digest: string;
    readonly commands: readonly string[];
    readonly drift: { readonly added: readonly string[]; readonly removed: readonly string[] };
    readonly problem?: { readonly reason: string; readonly says: string };
  }[];
}

/** All sites with simulated VyOS routers that have what the deployed topology says; Tokyo's config-push is asked. */
export class PushableSite {
  readonly emulator: Emulator;
  readonly routers: ReadonlyMap<string, SimulatedVyos>;
  readonly active: SimulatedVyos;
  readonly standby: SimulatedVyos;
  readonly folder: string;
  readonly #answers: unknown[] = [];
  readonly #clock: string;
  #aheadMs = 0;
  #wasAhead = false;
  #before = 0;

  private constructor(emulator: Emulator, routers: Map<string, SimulatedVyos>, folder: string, clock: string) {
    this.emulator = emulator;
    this.routers = routers;
    this.folder = folder;
    this.#clock = clock;
    this.letPass(0);
    this.active = must(routers.get(tokyo.routers.active.name));
    this.standby = must(routers.get(tokyo.routers.standby.name));
    for (const router of allRouters()) {
      routers.get(router.name)?.connect(emulator.metadataUrl(instanceOf(router)), emulator.endpoint);
    }
    cpSync(folder, this.#original, { recursive: true });
  }

  /**
   * The state of the start for another test, at a fraction of the time: routers, routes, clock, empty stores, no faults. Tunnels are no
   * longer joined. Stacks, warm functions, secrets, agents and alarms stay: a test that changes those puts them back itself.
   */
  async reset(): Promise<void> {
    this.emulator.faults.clear();
    const { emulator } = this;
    const resets = topology.sites.map((site) =>
      Promise.all([resetRoutes(emulator, site), emptyStore(emulator, site, namesOf(topology, site).stack)]),
    );
    await Promise.all(resets);
    for (const { name } of allRouters()) {
      rmSync(join(this.folder, name), { recursive: true });
      cpSync(join(this.#original, name), join(this.folder, name), { recursive: true });
    }
    this.letPass(-this.#aheadMs);
    this.#before = this.emulator.happenings.length;
  }

  /** Since the start, or the last reset. */
  happenings(): readonly Happening[] {
    return this.emulator.happenings.slice(this.#before);
  }

  /** The routers at the start. */
  get #original(): string {
    return `${this.folder}.original`;
  }

  /** @param secrets in SSM before: default all, in every region that needs them, with the same value */
  static async start(directory: string, { secrets = true } = {}): Promise<PushableSite> {
    const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-push-'));
    const routers = new Map<string, SimulatedVyos>();
    const account = accountOf(topology, (router) => {
      const vyos = SimulatedVyos.install(join(folder, router.name), configOf(router));
      routers.set(router.name, vyos);
      return vyos.shell;
    });
    const parametersIn = (region: string) =>
      neededSecrets(topology)
        .filter((each) => secrets && each.regions.includes(region))
        .map(({ name }) => ({ name, type: 'SecureString' as const, value: SECRET }));
    const regions = Object.entries(account.regions).map(
      ([region, fixture]) => [region, { ...fixture, parameters: parametersIn(region) }] as const,
    );
    const emulator = await startEmulator({
      assembly: directory,
      kept,
      account: { ...account, regions: Object.fromEntries(regions) },
    });
    return new PushableSite(emulator, routers, folder, join(directory, AHEAD));
  }

  /** From now on BGP goes by what both ends of a tunnel have. @returns SAs by the addresses of their ends */
  joinTunnels(): () => Readonly<Record<string, string>> {
    const network = join(this.folder, 'network');
    const byAddress = allRouters().map(
      ({ name, publicAddress }) => [publicAddress, must(this.routers.get(name))] as const,
    );
    SimulatedVyos.join(network, Object.fromEntries(byAddress));
    return () => SimulatedVyos.associations(network);
  }

  async ask(request: object): Promise<Answered> {
    const { payload } = await this.emulator.invoke(names.configPush, request);
    this.#answers.push(payload);
    return payload as Answered;
  }

  plan(text: string, overrides: readonly string[] = []): Promise<Answered> {
    return this.ask({ action: 'plan', topology: text, overrides });
  }

  /** One step of a push whose plan is approved. */
  async push(text: string, overrides: readonly string[] = [], agreed?: Answered): Promise<Answered> {
    const { routers = [] } = agreed ?? (await this.plan(text, overrides));
    const digests = Object.fromEntries(routers.map(({ name, digest }) => [name, digest]));
    return this.ask({ action: 'push', id: crypto.randomUUID(), topology: text, by: 'ann', overrides, digests });
  }

  /** So much time is over for config-push, at once; less than 5 min in all, by which AWS refuses a signature. */
  letPass(ms: number): void {
    this.#aheadMs += ms;
    if (ms > 0) this.#wasAhead = true;
    // Never half of it: the function may read it at any moment.
    writeFileSync(`${this.#clock}.new`, String(this.#aheadMs));
    renameSync(`${this.#clock}.new`, this.#clock);
  }

  /** Everything that is readable: logs, events, answers. */
  everythingSaid(): string {
    return JSON.stringify([this.emulator.happenings, this.#answers]);
  }

  /** Holds after every test. */
  failIfSaid(secret: string): void {
    if (this.everythingSaid().includes(secret)) throw new Error('a secret stands in a log, an event or an answer');
  }

  async close(): Promise<void> {
    await this.emulator.close();
    // The SDK in a kept environment corrects its clock by the last answer, and would sign the next site's requests with that.
    if (this.#wasAhead) await kept.close();
    for (const each of [this.folder, this.#original]) rmSync(each, { recursive: true, force: true });
  }
}

/** As the router runs it: with the secrets in it. */
export function configOf({ name }: Pick<Router, 'name'>): readonly string[] {
  return renderConfig(topology, name).lines.map((line) => line.replace(/'\{\{ssm:.*\}\}'/, SECRET));
}

function allRouters(): Router[] {
  return topology.sites.flatMap(({ routers }) => [routers.active, routers.standby]);
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the example has lost a router');
  return value;
}
