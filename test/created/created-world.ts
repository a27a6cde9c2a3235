import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import type { Account, ImageFixture, RegionFixture } from '#emulator/account.ts';
import type { Emulator } from '#emulator/emulator.ts';
import type { GuestHost } from '#emulator/guests/guest-host.ts';
import { startEmulator } from '#emulator/start.ts';
import { namesOf, outputName } from '#infra/names.ts';
import { SimulatedRouters } from '#simulated-vyos/simulated-routers.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import type { Ended } from '../cli/command-line.ts';
import { kept } from '../stacks/site-under-test.ts';
import { atDesk } from './desk.ts';

/** What all pre-shared keys are; no template, log or answer may ever have it. */
export const SECRET = 'correct-horse-battery-staple';

export const IMAGE: ImageFixture = { id: 'ami-0a1b2c3d4e5f60001', name: 'VyOS 1.4.3', owner: '679593333241' };
export const NEXT_IMAGE: ImageFixture = { id: 'ami-0a1b2c3d4e5f60002', name: 'VyOS 1.4.4', owner: '679593333241' };

/** Of a Marketplace product that the account has not subscribed to. */
export const UNSUBSCRIBED_IMAGE: ImageFixture = {
  id: 'ami-0a1b2c3d4e5f60003',
  name: 'VyOS 1.4.5',
  owner: '679593333241',
  product: 'vyos',
  subscribed: false,
};

/** Between two questions whether a router is fit; stacks and instances are asked about more often. */
const PROVING_MS = 10_000;

export interface WorldOptions {
  readonly topology: Topology;
  /** Default: nothing is deployed. */
  readonly assembly?: string;
  /** Changes what is in each region before. */
  readonly region?: (plain: RegionFixture) => RegionFixture;
  readonly account?: (plain: Account) => Account;
  /** Runs instances other than the routers as well. */
  readonly guests?: (routers: SimulatedRouters) => GuestHost;
}

/** An account in which a topology's created sites are deployed, and the machines that its instances are. */
export class CreatedWorld {
  readonly emulator: Emulator;
  readonly machines: SimulatedRouters;
  readonly #topology: Topology;
  readonly #folder: string;

  private constructor(topology: Topology, emulator: Emulator, machines: SimulatedRouters, folder: string) {
    this.#topology = topology;
    this.emulator = emulator;
    this.machines = machines;
    this.#folder = folder;
  }

  static async start({
    topology,
    assembly,
    region = (plain) => plain,
    account = (plain) => plain,
    guests = (routers) => routers,
  }: WorldOptions) {
    const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-created-world-'));
    const machines = new SimulatedRouters(folder);
    const regions = [...new Set(topology.sites.map((site) => site.region))].map(
      (name) => [name, region(regionOf(topology, name))] as const,
    );
    const emulator = await startEmulator({
      kept,
      ...(assembly !== undefined && { assembly }),
      account: account({ regions: Object.fromEntries(regions) }),
      guests: guests(machines),
      ec2: { times: { pendingMs: 0, bootMs: 0, stoppingMs: 0, shuttingDownMs: 0 } },
    });
    return new CreatedWorld(topology, emulator, machines, folder);
  }

  /** A minute goes by for the desk and the schedules, and for nothing else: the probes have run. */
  async aMinuteLater(): Promise<void> {
    for (const site of this.#topology.sites) await this.emulator.tickSchedules(site.region);
  }

  /** All routers that run prove that they could report. */
  async contact(): Promise<void> {
    for (const router of this.#routers()) {
      const instance = this.instanceOf(router);
      if (instance === undefined) continue;
      const { status } = await this.#signed(router, instance, {
        id: crypto.randomUUID(),
        detector: 'bfd',
        event: 'contact',
        reporter: router.name,
        subject: router.name,
        at: new Date().toISOString(),
        evidence: {},
      });
      if (status !== 200) throw new Error(`${router.name} could not report: HTTP ${status}`);
    }
  }

  /** Names of the routers that the managed routes of a site point at, each once. */
  targets(site: Site): (string | undefined)[] {
    const { routeTables } = this.emulator.ec2.state(site.region);
    const table = this.#output(site, 'FrontRouteTableId');
    const routes = (routeTables.get(table)?.routes ?? []).filter(({ target }) => target !== 'local');
    const names = routes.map(
      ({ target }) => this.#routers().find((router) => this.interfaceOf(router) === target)?.name,
    );
    return [...new Set(names)];
  }

  /** `eni-…` */
  interfaceOf(router: Router): string {
    return this.#output(this.#siteOf(router), `${outputName(router.name)}InterfaceId`);
  }

  /** `i-…` that its interface is attached to; undefined: none. */
  instanceOf(router: Router): string | undefined {
    const { interfaces } = this.emulator.ec2.state(this.#siteOf(router).region);
    return interfaces.get(this.interfaceOf(router))?.attachment?.instance;
  }

  /** Variables of an operator's environment. */
  get operator(): Record<string, string> {
    const { accessKeyId, secretAccessKey } = this.emulator.credentials.forUser();
    return {
      AWS_ENDPOINT_URL: this.emulator.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /**
   * What happens while a command waits: guests come to rest; in a longer wait routers are built, prove that they could report, and the
   * probes run. To ask again while a router is not built yet takes more processor time than to build it.
   */
  async settle(waitMs: number): Promise<void> {
    await this.machines.settled();
    if (waitMs < PROVING_MS) return;
    await this.machines.built();
    await this.contact();
    await this.aMinuteLater();
  }

  /**
   * As an operator at a desk, whose clock goes by as the command waits, and the schedules with it.
   *
   * @param interrupts whether the operator presses Ctrl-C, before each wait. Default: never
   */
  desk(line: readonly string[], topology: string, interrupts = () => false): Promise<Ended> {
    const interrupt = new AbortController();
    const wait = async (ms: number) => {
      if (interrupts()) interrupt.abort();
      await this.settle(ms);
      // The command asks again less often than at a desk, because each question takes as long here as there.
      return ms < PROVING_MS ? ms : 3 * ms;
    };
    return atDesk(this.emulator, line, topology, wait, interrupt.signal);
  }

  async close(): Promise<void> {
    await this.emulator.close();
    await this.machines.settled();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #routers(): Router[] {
    return this.#topology.sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
  }

  #siteOf(router: Router): Site {
    const site = this.#topology.sites.find(({ name }) => name === router.site);
    if (site === undefined) throw new Error(`there is no site ${router.site}`);
    return site;
  }

  #output(site: Site, name: string): string {
    const value = this.emulator.stackOutputs(namesOf(this.#topology, site).addressesStack)[name];
    if (value === undefined) throw new Error(`the addresses of ${site.name} have no output ${name}`);
    return value;
  }

  #signed(router: Router, instance: string, body: object): Promise<Response> {
    const { region } = this.#siteOf(router);
    const role = `arn:aws:iam::123456789012:role/${router.instanceRole}`;
    const { accessKeyId, secretAccessKey, sessionToken = '' } = this.emulator.credentials.forRole(role, instance);
    const client = new AwsClient({
      accessKeyId,
      secretAccessKey,
      sessionToken,
      region,
      service: 'execute-api',
      retries: 0,
    });
    const { events } = namesOf(this.#topology, this.#siteOf(router));
    return client.fetch(`${this.emulator.httpApiUrl(events)}/v1/sites/${router.site}/events`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  }
}

function regionOf(topology: Topology, name: string): RegionFixture {
  const parameters = neededSecrets(topology)
    .filter(({ regions }) => regions.includes(name))
    .map((each) => ({ name: each.name, type: 'SecureString' as const, value: SECRET }));
  return {
    vpcs: [],
    subnets: [],
    interfaces: [],
    instances: [],
    routeTables: [],
    images: [IMAGE, NEXT_IMAGE, UNSUBSCRIBED_IMAGE],
    parameters,
  };
}
