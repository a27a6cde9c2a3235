import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { instanceOf } from '#demo/account-of-topology.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { namesOf } from '#infra/names.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';

/** An answer of the API, and how often it came in a row. Times in ms since the first report. */
export interface Said {
  readonly status: number;
  /** `outcome` and `reason` of ours, or API Gateway's own message. */
  readonly says: string;
  readonly firstMs: number;
  lastMs: number;
  times: number;
}

/** What a router says over the API. */
interface Message {
  readonly event: 'alive' | 'contact' | 'peer-suspected' | 'peer-failed';
  readonly phase?: 'suspected' | 'confirmed';
  readonly subject: string;
  /** Default: a new one. */
  readonly id?: string;
  /** When the failure was noticed, ms since the epoch. Default: now. */
  readonly noticedAt?: number;
}

type Answered = Pick<Said, 'status' | 'says'>;

/** router/report waits so long before each try again (ms), and so long before all later ones. */
const RETRY_DELAYS_MS = [0, 1_000, 2_000, 4_000] as const;
const RETRY_EVERY_MS = 5_000;

/** The surviving router, without its shell: reports as router/report does, signed by its instance role. */
export class Survivor {
  readonly #emulator: Emulator;
  readonly #topology: Topology;
  readonly #site: Site;
  readonly #url: string;

  constructor(topology: Topology, site: Site, emulator: Emulator) {
    this.#emulator = emulator;
    this.#topology = topology;
    this.#site = site;
    this.#url = `${emulator.httpApiUrl(namesOf(topology, site).events)}/v1/sites/${site.name}/events`;
  }

  /** Both routers send a heartbeat with BGP up: the site is ready. */
  async heartbeats(): Promise<void> {
    for (const router of Object.values(this.#site.routers))
      accepted(await this.#post(router, { event: 'alive', subject: router.name }));
  }

  /** Shows that a report would arrive. */
  async contact(): Promise<void> {
    const { standby } = this.#site.routers;
    accepted(await this.#post(standby, { event: 'contact', subject: standby.name }));
  }

  /**
   * Reports that the active router failed, in two phases: the confirmed report follows the answer to the suspected one.
   *
   * @throws Error unless the first is prepared and the second swaps
   */
  async reportInPhases(): Promise<void> {
    const { active, standby } = this.#site.routers;
    const about = { id: crypto.randomUUID(), subject: active.name, noticedAt: Date.now() };
    accepted(await this.#post(standby, { ...about, event: 'peer-suspected', phase: 'suspected' }), 'noted: prepared');
    const confirmed = await this.#post(standby, { ...about, event: 'peer-failed', phase: 'confirmed' });
    accepted(confirmed, 'swapped: reported-by-survivor');
  }

  /**
   * Reports that the active router failed, again and again under the same id, until the API reports the result.
   *
   * @throws Error for an answer after which router/report would give up
   */
  async reportUntilSettled(): Promise<readonly Said[]> {
    const id = crypto.randomUUID();
    const { active, standby } = this.#site.routers;
    const began = Date.now();
    const story: Said[] = [];
    for (let tries = 0; ; tries += 1) {
      const { status, says } = await this.#post(standby, {
        event: 'peer-failed',
        subject: active.name,
        id,
        noticedAt: began,
      });
      const ms = Date.now() - began;
      const last = story.at(-1);
      if (last?.status === status && last.says === says) Object.assign(last, { lastMs: ms, times: last.times + 1 });
      else story.push({ status, says, firstMs: ms, lastMs: ms, times: 1 });
      if (status === 200 || says === 'refused: replayed') return story;
      if (status !== 503 && says !== 'refused: lease-held')
        throw new Error(`The report was answered ${status} ${says}`);
      await sleep(RETRY_DELAYS_MS[tries] ?? RETRY_EVERY_MS);
    }
  }

  async #post(
    reporter: Router,
    { id = crypto.randomUUID(), event, phase, subject, noticedAt = Date.now() }: Message,
  ): Promise<Answered> {
    const { tunnels, pair } = bgpNeighbors(this.#topology)(reporter);
    const up = ({ length: count }: readonly string[]) => ({
      configured: count,
      established: count,
      receiving: count,
      unreadable: 0,
    });
    const at = new Date().toISOString();
    const body = {
      id,
      detector: 'bfd',
      event,
      ...(phase !== undefined && { phase }),
      reporter: reporter.name,
      subject,
      at,
      evidence: {
        detectedAt: new Date(noticedAt).toISOString(),
        confirm: { verdict: 'dead', at },
        bgp: { tunnels: up(tunnels), pair: up(pair) },
      },
    };
    const headers = { 'content-type': 'application/json' };
    const response = await this.#signerFor(reporter).fetch(this.#url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const { outcome, reason, message } = (await response.json()) as {
      outcome?: string;
      reason?: string;
      message?: string;
    };
    return {
      status: response.status,
      says: outcome === undefined ? (message ?? '') : `${outcome}: ${reason ?? ''}`,
    };
  }

  /** As the router's instance signs, by its role. */
  #signerFor(router: Router): AwsClient {
    const { accountId, credentials } = this.#emulator;
    const { region, name } = this.#site;
    const { accessKeyId, secretAccessKey, sessionToken } = credentials.forRole(
      `arn:aws:iam::${accountId}:role/${router.instanceRole ?? `${name}-router`}`,
      instanceOf(router),
    );
    return new AwsClient({
      accessKeyId,
      secretAccessKey,
      sessionToken: sessionToken ?? '',
      region,
      service: 'execute-api',
      retries: 0,
    });
  }
}

/** @throws Error for an answer other than 200, or one that says something else than `expected` */
function accepted({ status, says }: Answered, expected = says): void {
  if (status !== 200 || says !== expected) throw new Error(`A message was answered ${status} ${says}`);
}
