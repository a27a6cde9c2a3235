import { DeleteRouteCommand, ModifyNetworkInterfaceAttributeCommand, ReplaceRouteCommand } from '@aws-sdk/client-ec2';
import { type ManagedRouter, type ManagedSite, routerNamed } from '#failover/site.ts';
import { NOW, SITE } from '../failover/situation.ts';
import { GATEWAY, STRANGER } from '../world/account-of-site.ts';
import type { Invocation } from '../world/invocation.ts';
import { SiteWorld } from '../world/site-world.ts';
import { isReplace, type Line, type Outcome, resultOf, storyOf } from './outcome.ts';
import type { Act, Scenario } from './scenario-file.ts';

/** EventBridge takes about so long from an instance's change to the function, ms. */
const EVENT_MS = 500;

/** Plays a scenario with the real stories in this process, on a virtual clock. */
export async function playInProcess(scenario: Scenario): Promise<Outcome> {
  const site = siteOf(scenario);
  const world = await SiteWorld.start({ site, real: SITE });
  const stage = new Stage(world);
  for (const { at, acts } of scenario.timeline) {
    await world.clock.advanceTo(NOW + at);
    for (const act of acts) await stage.perform(act);
  }
  await world.clock.until(() => world.invocations.every(({ isOver }) => isOver));
  return stage.outcome();
}

function siteOf({ policy, pairForwards, wrongEni, created }: Scenario): ManagedSite {
  const { active, standby } = SITE.routers;
  const known = created ? { instance: undefined } : {};
  return {
    ...SITE,
    pairForwards,
    policy: { ...SITE.policy, ...withoutUndefined(policy) },
    routers: { active: { ...active, ...known }, standby: { ...standby, ...known, eni: wrongEni ?? standby.eni } },
  };
}

function withoutUndefined<T extends object>(given: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

class Stage {
  readonly #world: SiteWorld;
  readonly #begun: { readonly at: number; readonly who: string; readonly invocation: Invocation }[] = [];
  /** When each report's failure was noticed, by id. */
  readonly #noticed = new Map<string, number>();
  /** Instances, by router. */
  readonly #terminated = new Map<string, string>();
  #movedByHand = 0;

  constructor(world: SiteWorld) {
    this.#world = world;
    world.onStateChange = ({ name }, instance, state) => void this.#eventArrives(name, instance, state);
  }

  async perform(act: Act): Promise<void> {
    const { lifecycle } = this.#world.aws.ec2;
    const instance = (name: string): [string, string] => [this.#world.site.region, this.#instanceOf(name)];
    if (act.probe) this.#note('probe', this.#world.probe());
    if (act.report) this.#report(act.report);
    if (act.heartbeat) {
      const { by, every: everyMs } = act.heartbeat;
      if (this.#life(by).api) this.#note(`${by} alive`, this.#world.report({ by, event: 'alive', everyMs }));
    }
    if (act.stop) lifecycle.stop(...instance(act.stop));
    if (act.start) lifecycle.start(...instance(act.start));
    if (act.terminate) this.#terminate(act.terminate);
    if (act.launch) this.#world.launch(this.#router(act.launch));
    if (act.hang) lifecycle.hang(...instance(act.hang));
    if (act.impair) this.#impair(act.impair);
    for (const [name, bgp] of Object.entries(act.bgp ?? {})) this.#life(name).bgp = bgp;
    for (const [name, api] of Object.entries(act.api ?? {})) this.#life(name).api = api === 'reachable';
    for (const [name, agent] of Object.entries(act.ssmAgent ?? {})) this.#life(name).agent = agent === 'alive';
    for (const [name, check] of Object.entries(act.sourceDestCheck ?? {}))
      await this.#switchCheck(name, check === 'on');
    if (act.fault) this.#world.aws.faults.add(act.fault);
    if (act.noFaults) this.#world.aws.faults.clear();
    if (act.ask) this.#note(askerOf(act.ask), this.#world.invoke(act.ask));
    if (act.route) await this.#changeByHand(act.route);
    if (act.crash) this.#crashNext(act.crash);
    if (act.deploy) this.#world.deploy();
  }

  async outcome(): Promise<Outcome> {
    const world = this.#world;
    const lines = this.#begun.map(
      ({ at, who, invocation }): Line => ({ at, who, result: resultOf(invocation.answer) }),
    );
    const answers = this.#begun.map(({ invocation }) => JSON.stringify(invocation.answer ?? null));
    return {
      story: storyOf(lines),
      owner: world.owner(),
      announced: world.announced.map(({ type }) => type),
      moved: world.aws.timeline.all.filter(isReplace).length - this.#movedByHand,
      sentences: [...world.announced.map(({ detail }) => String(detail['says'])), ...answers, ...world.logged],
      metrics: Object.fromEntries(world.metrics.map(({ name, value }) => [name, value])),
    };
  }

  #note(who: string, invocation: Invocation): void {
    this.#begun.push({ at: this.#world.clock.now() - NOW, who, invocation });
  }

  #terminate(name: string): void {
    const instance = this.#instanceOf(name);
    this.#terminated.set(name, instance);
    this.#world.aws.ec2.lifecycle.terminate(this.#world.site.region, instance);
  }

  #report({ lost, madeAgo, noticed, signedBy, ...report }: NonNullable<Act['report']>): void {
    if (lost || !this.#life(report.by).api) return;
    const at = this.#world.clock.now() - madeAgo;
    const first = this.#noticed.get(report.id ?? '');
    const detectedAt = first ?? at - noticed;
    if (report.id !== undefined) this.#noticed.set(report.id, detectedAt);
    const times = { at, detectedAt, ...(first !== undefined && { confirmedAt: at }) };
    const signer = signedBy === 'replaced' ? { signedBy: this.#terminated.get(report.by) } : {};
    this.#note(`${report.detector} by ${report.by}`, this.#world.report({ ...report, ...times, ...signer }));
  }

  /** The stack's rule passes on the states that mean an end (`test/stacks/failover.test.ts` runs the rule itself). */
  async #eventArrives(name: string, instance: string, state: string): Promise<void> {
    const time = new Date(this.#world.clock.now()).toISOString();
    await this.#world.clock.sleep(EVENT_MS);
    const event = { source: 'aws.ec2', id: `event-${name}-${state}`, time, detail: { 'instance-id': instance, state } };
    this.#note(`ec2 says ${name} is ${state}`, this.#world.invoke(event));
  }

  #impair(name: string): void {
    this.#world.aws.ec2.lifecycle.impair(this.#world.site.region, this.#instanceOf(name));
    const detail = { alarmName: `status-check-${name}`, state: { value: 'ALARM' } };
    const event = { source: 'aws.cloudwatch', id: `alarm-${name}`, detail };
    this.#note(`status check of ${name}`, this.#world.invoke(event));
  }

  #crashNext(crash: NonNullable<Act['crash']>): void {
    const [when, where] = 'before' in crash ? (['before', crash.before] as const) : (['after', crash.after] as const);
    const { invocations } = this.#world;
    const next = invocations.length;
    this.#world.crashes = (call) =>
      call.includes(where) && invocations.slice(next).every(({ isDead }) => !isDead) ? when : undefined;
  }

  async #changeByHand({ table: RouteTableId, destination: DestinationCidrBlock, to }: NonNullable<Act['route']>) {
    const { ec2 } = this.#world.aws.clients;
    const route = { RouteTableId, DestinationCidrBlock };
    const change =
      to === 'none'
        ? ec2.send(new DeleteRouteCommand(route))
        : ec2.send(new ReplaceRouteCommand({ ...route, ...this.#targetOf(to) }));
    if (to !== 'none') this.#movedByHand += 1;
    await this.#world.ask(change as Promise<unknown>);
  }

  async #switchCheck(name: string, Value: boolean): Promise<void> {
    const NetworkInterfaceId = this.#router(name).eni;
    const change = new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, SourceDestCheck: { Value } });
    await this.#world.ask(this.#world.aws.clients.ec2.send(change));
  }

  #targetOf(to: string) {
    if (to === 'gateway') return { GatewayId: GATEWAY };
    return { NetworkInterfaceId: to === 'stranger' ? STRANGER.eni : this.#router(to).eni };
  }

  #instanceOf(name: string): string {
    const instance = this.#world.instanceOf(this.#router(name));
    if (instance === undefined) throw new Error(`no instance is attached to the interface of ${name}`);
    return instance;
  }

  #router(name: string): ManagedRouter {
    const found = routerNamed(this.#world.site, name);
    if (found === undefined) throw new Error(`no router ${name}`);
    return found;
  }

  #life(name: string) {
    const life = this.#world.lives[name];
    if (life === undefined) throw new Error(`no router ${name}`);
    return life;
  }
}

function askerOf({ by = 'somebody', action }: NonNullable<Act['ask']>): string {
  return `${by} asks for ${action}`;
}
