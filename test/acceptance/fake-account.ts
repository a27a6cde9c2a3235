import { RUN_NAME, runTopology } from '#acceptance/account/run-topology.ts';
import type { AcceptanceCloud, AcceptancePorts, CliEnd } from '#acceptance/ports.ts';
import { type AcceptanceRun, runAcceptance } from '#acceptance/run-acceptance.ts';
import { doomedStacks } from '#cli/destroy/doomed-stacks.ts';
import { meterStack } from '#cli/route-latency/meter-stack.ts';
import { namesOf, tablePrefix } from '#infra/names.ts';
import { loadTopology } from '#topology/load.ts';
import type { Topology } from '#topology/topology.ts';

const TEXT = `
name: any
ssmAgent: agent.deb
image: { owner: "679593333241", name: VyOS 1.4* }
sites:
  tokyo:
    region: ap-northeast-1
    asn: 65001
    vpc: { create: true, cidr: 10.1.0.0/16 }
    frontSubnets: [10.1.0.0/20]
    routers:
      tokyo-1: { role: active, subnet: 10.1.100.0/24, address: 10.1.100.10, loopback: 10.255.1.1 }
      tokyo-2: { role: standby, subnet: 10.1.101.0/24, address: 10.1.101.10, loopback: 10.255.1.2 }
  virginia:
    region: us-east-1
    asn: 65002
    vpc: { create: true, cidr: 10.2.0.0/16 }
    frontSubnets: [10.2.0.0/20]
    routers:
      virginia-1: { role: active, subnet: 10.2.100.0/24, address: 10.2.100.10, loopback: 10.255.2.1 }
      virginia-2: { role: standby, subnet: 10.2.101.0/24, address: 10.2.101.10, loopback: 10.255.2.2 }
`;

export const topology: Topology = (() => {
  const { topology: found } = loadTopology(runTopology(TEXT, undefined, {}), RUN_NAME);
  if (found === undefined) throw new Error('the topology has mistakes');
  return found;
})();

/** An account and a command line in memory: stacks exist from their deployment to their deletion. */
export class FakeAccount {
  readonly stacks = new Set<string>();
  readonly tables = new Set<string>();
  readonly keys = new Set<string>();
  readonly shown: string[] = [];
  readonly written = new Map<string, string>();
  /** Each thing that was asked for, in order; `onCall` may throw, or press Ctrl-C. */
  readonly calls: string[] = [];
  onCall: (call: string) => void = () => undefined;
  /** What `deploy` creates before it fails. */
  deployFailsAfter: number | undefined;
  answer: string | undefined = '123456789012';
  bootstrapped = true;
  /** `route-latency` leaves its stack. */
  meterIsKilled = false;
  console = '';
  /** Whether routes move although the owner carries the traffic. */
  movesForNothing = false;
  /** Whether nobody notices a failure that moves no routes. */
  noticesNothing = false;
  /** What `status` shows of a failure that moves no routes. */
  #attention: string[] = [];
  readonly work = new AbortController();
  readonly removal = new AbortController();
  #now = Date.parse('2026-12-01T10:00:00Z');
  readonly #owners = new Map(topology.sites.map(({ name, routers }) => [name, routers.active.name]));
  readonly #epochs = new Map<string, number>();

  /** Runs an acceptance run to its end. */
  run(options: Partial<AcceptanceRun['options']> = {}): Promise<number> {
    return runAcceptance({
      options: { switchovers: 2, flips: 3, yes: false, dryRun: false, destroy: false, profile: 'p', ...options },
      topology,
      hasAgent: true,
      writeTopology: () => 'acceptance.yaml',
      ports: this.ports,
      signals: { work: this.work.signal, removal: this.removal.signal },
    });
  }

  get ports(): AcceptancePorts {
    return {
      cloud: this.#cloud(),
      cli: async (line, _, signal) => {
        this.#call(line.join(' '));
        if (signal.aborted) return { exitCode: 130, view: { says: 'Interrupted.' } };
        return this.#cli(line, signal);
      },
      deploy: async (_, signal) => {
        this.#call('deploy');
        const all = doomedStacks(topology, topology.sites).flat().toReversed();
        for (const { name } of all.slice(0, this.deployFailsAfter)) this.stacks.add(name);
        signal.throwIfAborted();
        if (this.deployFailsAfter !== undefined) throw new Error('cdk deploy ended with 1');
        for (const site of topology.sites) this.tables.add(`${tablePrefix(namesOf(topology, site).stack)}-1A2B`);
      },
      ask: () => Promise.resolve(this.answer),
      show: (line) => void this.shown.push(line),
      write: (name, text) => {
        this.written.set(name, text);
        return name;
      },
      now: () => this.#now,
      sleep: async (ms, signal) => {
        this.#now += ms;
        signal.throwIfAborted();
      },
      newId: () => 'id',
      endpoint: null,
    };
  }

  /** Everything that is there. */
  get left(): string[] {
    return [...this.stacks, ...this.tables, ...this.keys];
  }

  #call(call: string): void {
    this.calls.push(call);
    this.onCall(call);
  }

  #move(site: string, to: string): void {
    this.#owners.set(site, to);
    this.#epochs.set(site, (this.#epochs.get(site) ?? 0) + 1);
  }

  #other(site: string): string {
    const { active, standby } = this.#site(site).routers;
    return this.#owners.get(site) === active.name ? standby.name : active.name;
  }

  #site(name: string) {
    const site = topology.sites.find((each) => each.name === name);
    if (site === undefined) throw new Error(`no site ${name}`);
    return site;
  }

  #cli([command = '', site = '', ...rest]: readonly string[], signal: AbortSignal): CliEnd {
    const done = (view: unknown): CliEnd => ({ exitCode: 0, view });
    switch (command) {
      case 'route-latency': {
        const stack = meterStack({ topology, site: this.#site(site) }).name;
        if (rest.includes('--clean-up')) return (this.stacks.delete(stack), done({ left: [] }));
        if (this.meterIsKilled) return (this.stacks.add(stack), { exitCode: 1, view: { says: 'Killed.', left: [] } });
        const some = { count: 3, p50: 40.2, p99: 60, max: 61 };
        return done({ says: 'Measured.', summary: { api: some, delay: some, switched: some, lost: some }, flips: [] });
      }
      case 'secrets':
        this.keys.add('key');
        return done({});
      case 'status':
        return done({ sites: topology.sites.map((each) => this.#status(each.name)) });
      case 'addresses':
        return done({
          sites: topology.sites.map(({ name, region, routers: { active, standby } }) => ({
            name,
            region,
            routers: [active, standby].map((each) => ({ name: each.name, instance: `i-${each.name}` })),
          })),
        });
      case 'switchover':
        this.#move(site, rest[1] ?? '');
        return done({});
      case 'failback':
        this.#move(site, this.#site(site).routers.active.name);
        return done({});
      case 'upgrade':
        if (this.#owners.get(site) === rest[1]) this.#move(site, this.#other(site));
        return done({});
      case 'history':
        return done({ entries: this.#history(site) });
      case 'destroy': {
        const stacks = doomedStacks(topology, topology.sites).flat();
        // A stack that an earlier run has deleted is not in the answer, nor what it kept.
        const there = stacks.filter(({ name }) => this.stacks.has(name));
        for (const { name } of there) if (!signal.aborted) this.stacks.delete(name);
        return done({
          says: 'deleted',
          stacks: there.map((stack) => ({
            name: stack.name,
            region: stack.region,
            state: 'deleted',
            why: [],
            kept: [],
          })),
        });
      }
    }
    throw new Error(`not expected: ${command}`);
  }

  #status(name: string) {
    const { region, routers } = this.#site(name);
    return {
      name,
      region,
      healthy: this.#attention.length === 0,
      attention: this.#attention,
      holdDown: null,
      owner: this.#owners.get(name),
      epoch: this.#epochs.get(name) ?? 0,
      routers: [routers.active, routers.standby].map((each) => ({ name: each.name, role: each.role })),
    };
  }

  #history(site: string) {
    const epoch = this.#epochs.get(site) ?? 0;
    const at = new Date(this.#now).toISOString();
    const times = { decided: 20, begun: 30, firstAccepted: 70, lastAccepted: 80 };
    const entry = { kind: 'swap', outcome: 'swapped', detector: 'operator', reason: 'switchover', tookMs: 120 };
    return epoch === 0 ? [] : [{ ...entry, at, epoch, owner: this.#owners.get(site), times }];
  }

  #cloud(): AcceptanceCloud {
    const failed = (site: string) => {
      if (site !== '') this.#move(site, this.#other(site));
    };
    const siteOf = (region: string) => topology.sites.find((each) => each.region === region)?.name ?? '';
    return {
      bootstrappedAccount: async () => (this.bootstrapped ? '123456789012' : undefined),
      newestImage: async () => ({ id: 'ami-1', name: 'VyOS 1.4.3' }),
      elasticIps: async () => 0,
      findSubnet: async () => 'subnet-1',
      stopInstance: async (region) => (this.#call('stop'), failed(siteOf(region))),
      startInstance: async () => this.#call('start'),
      rebootInstance: async () => {
        this.#call('reboot');
        this.#attention = [];
      },
      instanceState: async () => 'stopped',
      consoleOutput: async () => (this.#call('console'), this.console),
      runScript: async (region, { script }) => {
        this.#call('script');
        if (this.movesForNothing || script.includes('stop frr')) failed(siteOf(region));
        const isFailure = script.includes('192.0.2.1') || script.includes('ssm-agent');
        this.#attention = isFailure && !this.noticesNothing ? ['not ready'] : [];
        return { kind: 'answered', output: '' };
      },
      softwareOf: async () => ({ agent: '3.3.3000.0', system: 'VyOS 1.4.3' }),
      createStack: async ({ name }) => {
        this.#call(`create ${name}`);
        this.stacks.add(name);
      },
      deleteStack: async ({ name }) => void this.stacks.delete(name),
      describeStack: async ({ name }) =>
        this.stacks.has(name)
          ? {
              id: name,
              name,
              isProtected: false,
              status: 'CREATE_COMPLETE',
              reason: undefined,
              parameters: {},
              outputs: { VpcId: 'vpc-1', InstanceId: 'i-host' },
            }
          : undefined,
      lastOperation: async () => ({ failed: [], kept: [] }),
      deleteParameter: async () => void this.keys.delete('key'),
      listTables: async (region, prefix) =>
        [...this.tables].filter((name) => name.startsWith(prefix) && name.includes(`--${siteOf(region)}-`)),
      deleteTable: async (_, name) => {
        this.#call(`delete ${name}`);
        this.tables.delete(name);
      },
    };
  }
}
