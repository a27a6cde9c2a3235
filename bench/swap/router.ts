import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { instanceOf } from '#demo/account-of-topology.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { namesOf } from '#infra/names.ts';
import type { Router } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import type { SiteOfRoutes } from './site-of-routes.ts';

/** An answer of the API, and how often it came in a row. Times in ms since the first report. */
export interface Said {
  readonly status: number;
  /** `outcome` and `reason` of ours, or API Gateway's own message. */
  readonly says: string;
  readonly firstMs: number;
  lastMs: number;
  times: number;
}

/** router/report waits so long before each try again (ms), and so long before all later ones. */
const RETRY_DELAYS_MS = [0, 1_000, 2_000, 4_000] as const;
const RETRY_EVERY_MS = 5_000;

/** The surviving router, without its shell: reports as router/report does, signed by its instance role. */
export class Survivor {
  readonly #emulator: Emulator;
  readonly #site: SiteOfRoutes;
  readonly #url: string;

  constructor(site: SiteOfRoutes, emulator: Emulator) {
    const { topology, tokyo } = site;
    this.#emulator = emulator;
    this.#site = site;
    this.#url = `${emulator.httpApiUrl(namesOf(topology, tokyo).events)}/v1/sites/${tokyo.name}/events`;
  }

  /** Both routers send a heartbeat with BGP up: the site is ready. */
  async heartbeats(): Promise<void> {
    for (const router of Object.values(this.#site.tokyo.routers)) {
      const answer = await this.#post(router, 'alive', router.name, crypto.randomUUID());
      if (answer.status !== 200) throw new Error(`The heartbeat was not accepted: ${answer.status} ${answer.says}`);
    }
  }

  /**
   * Reports that the active router failed, again and again under the same id, until the API reports the result.
   *
   * @throws Error for an answer after which router/report would give up
   */
  async reportUntilSettled(): Promise<readonly Said[]> {
    const id = crypto.randomUUID();
    const { active, standby } = this.#site.tokyo.routers;
    const began = Date.now();
    const story: Said[] = [];
    for (let tries = 0; ; tries += 1) {
      const { status, says } = await this.#post(standby, 'peer-failed', active.name, id, began);
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

  async #post(reporter: Router, event: string, subject: string, id: string, noticedAt = Date.now()) {
    const { tunnels, pair } = bgpNeighbors(this.#site.topology)(reporter);
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
    const { region, name } = this.#site.tokyo;
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
