import type { HistoryEntry } from '#contracts/history.ts';
import { eniOf, instanceOf } from '#demo/account-of-topology.ts';
import type { Happening } from '#emulator/service.ts';
import type { Router } from '#topology/topology.ts';
import { names, report, SiteUnderTest, tokyo } from '../stacks/site-under-test.ts';
import { isReplace, type Line, type Outcome, resultOf, storyOf } from './outcome.ts';
import type { Act, Scenario } from './scenario-file.ts';

const { active, standby } = tokyo.routers;
/** An instance that stops stays `stopping` for the whole scenario: one event, not two that race. */
const STOPPING_MS = 600_000;

/**
 * Plays a scenario on the synthesized stack in the emulator: bundles in processes of their own, rules, permissions and
 * HTTP API. Time is real there, so moments follow each other at once; what needs waiting is for the other world. Functions start cold,
 * whatever ran before in this process: scenarios count cold starts.
 */
export async function playEmulated(scenario: Scenario, assembly: string): Promise<Outcome> {
  const site = await SiteUnderTest.start(assembly, { ec2: { times: { stoppingMs: STOPPING_MS } }, isCold: true });
  try {
    const stage = new Stage(site);
    for (const { at, acts } of scenario.timeline) for (const act of acts) await stage.perform(at, act);
    return await stage.outcome();
  } finally {
    await site.close();
  }
}

class Stage {
  readonly #site: SiteUnderTest;
  readonly #lines: Line[] = [];
  readonly #answers: unknown[] = [];

  constructor(site: SiteUnderTest) {
    this.#site = site;
  }

  async perform(at: number, act: Act): Promise<void> {
    const { emulator } = this.#site;
    if (act.probe) this.#note(at, 'probe', await this.#probe());
    if (act.report) await this.#report(at, act.report);
    if (act.ask) this.#note(at, `${act.ask.by} asks for ${act.ask.action}`, await this.#ask(act.ask));
    if (act.stop) await this.#stop(at, routerNamed(act.stop));
    for (const [name, state] of Object.entries(act.bgp ?? {})) {
      this.#site.showBgp(routerNamed(name), state === 'up' ? 'Established' : 'Active');
    }
    for (const name of Object.keys(act.ssmAgent ?? {})) this.#silence(routerNamed(name));
    if (act.fault) emulator.faults.add(act.fault);
    if (act.noFaults) emulator.faults.clear();
    const unknown = Object.keys(act).filter((name) => !PLAYED.includes(name));
    if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: only for world: in-process`);
  }

  async outcome(): Promise<Outcome> {
    const { emulator } = this.#site;
    const { happenings } = emulator;
    const holders = [active, standby].filter((router) => this.#site.targets().includes(eniOf(router)));
    const announced = happenings.flatMap((each) =>
      each.kind === 'event' && each.source === 'vyos-failover' ? [each] : [],
    );
    const cold = happenings.filter(({ kind, ...each }) => kind === 'invocation' && isCold(each)).length;
    return {
      story: storyOf(this.#lines),
      owner: holders.length === 2 ? 'split' : (holders[0]?.name ?? 'nobody'),
      announced: announced.map(({ detailType }) => detailType),
      moved: happenings.filter(isReplace).length,
      sentences: [...announced, ...this.#answers].map((each) => JSON.stringify(each)).concat(this.#site.logged()),
      metrics: { ...Object.fromEntries(happenings.flatMap(metric)), ColdStarts: cold },
    };
  }

  /** Routers show every two minutes that their reports arrive; here, before the probe looks. */
  async #probe(): Promise<unknown> {
    await this.#site.contact();
    return (await this.#site.emulator.invoke(names.healthProbe)).payload;
  }

  #note(at: number, who: string, answer: unknown): void {
    this.#lines.push({ at, who, result: resultOf(answer) });
    this.#answers.push(answer);
  }

  async #ask(request: object): Promise<unknown> {
    return (await this.#site.emulator.invoke(names.routeSwap, request)).payload;
  }

  async #report(at: number, { by, about, detector, event, id }: NonNullable<Act['report']>): Promise<void> {
    const body = report({ reporter: by, subject: about, detector, event, ...(id !== undefined && { id }) });
    const answer = await this.#site.post(body, { by: routerNamed(by) });
    this.#note(at, `${detector} by ${by}`, answer.body);
  }

  /** Waits for the invocation that EventBridge makes of it; what came of it is in the history. */
  async #stop(at: number, router: Router): Promise<void> {
    const { emulator } = this.#site;
    const invoked = new Promise<void>((resolve) => {
      const done = emulator.on((happening) => {
        if (happening.kind !== 'invocation' || happening.function !== names.routeSwap) return;
        done();
        resolve();
      });
    });
    emulator.ec2.lifecycle.stop(tokyo.region, instanceOf(router));
    await invoked;
    const [newest] = (await this.#ask({ action: 'history', limit: 1 })) as readonly HistoryEntry[];
    this.#note(at, `${newest?.detector} says ${router.name} is stopping`, newest);
  }

  #silence(router: Router): void {
    const resource = `*${instanceOf(router)}`;
    this.#site.emulator.faults.add({ action: 'SendCommand', resource, kind: 'error', code: 'InternalServerError' });
  }
}

const PLAYED = ['probe', 'report', 'ask', 'stop', 'bgp', 'ssmAgent', 'fault', 'noFaults'];

function routerNamed(name: string): Router {
  const found = [active, standby].find((router) => router.name === name);
  if (found === undefined) throw new Error(`no router ${name}`);
  return found;
}

function isCold(each: object): boolean {
  return 'cold' in each && each.cold === true && 'function' in each && each.function === names.routeSwap;
}

function metric(happening: Happening): [string, number][] {
  return happening.kind === 'metric' ? [[happening.name, happening.value]] : [];
}
