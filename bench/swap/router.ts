import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { instanceOf } from '#demo/account-of-topology.ts';
import type { Emulator } from '#emulator/emulator.ts';
import type { SiteOfRoutes } from './site-of-routes.ts';

/** What the API said, as often as it said so in a row. Times in ms since the first report. */
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
  readonly #signer: AwsClient;
  readonly #site: SiteOfRoutes;
  readonly #url: string;

  constructor(site: SiteOfRoutes, emulator: Emulator) {
    const { tokyo } = site;
    const role = `arn:aws:iam::${emulator.accountId}:role/${tokyo.name}-router`;
    const { accessKeyId, secretAccessKey, sessionToken } = emulator.credentials.forRole(
      role,
      instanceOf(tokyo.routers.standby),
    );
    this.#site = site;
    this.#url = `${emulator.httpApiUrl(tokyo.region)}/v1/sites/${tokyo.name}/events`;
    this.#signer = new AwsClient({
      accessKeyId,
      secretAccessKey,
      sessionToken: sessionToken ?? '',
      region: tokyo.region,
      service: 'execute-api',
      retries: 0,
    });
  }

  /** "I am alive, and my BGP is up." */
  async heartbeat(): Promise<void> {
    const answer = await this.#post('alive', this.#site.tokyo.routers.standby.name, crypto.randomUUID());
    if (answer.status !== 200) throw new Error(`The heartbeat was not taken: ${answer.status} ${answer.says}`);
  }

  /**
   * Reports that the active router failed, again and again under the same id, until the API says how it ended.
   *
   * @throws Error for an answer after which router/report would give up
   */
  async reportUntilSettled(): Promise<readonly Said[]> {
    const id = crypto.randomUUID();
    const began = Date.now();
    const story: Said[] = [];
    for (let tries = 0; ; tries += 1) {
      const { status, says } = await this.#post('peer-failed', this.#site.tokyo.routers.active.name, id);
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

  async #post(event: string, subject: string, id: string): Promise<{ status: number; says: string }> {
    const { asn, routers } = this.#site.tokyo;
    const peers = { '169.254.10.6': { remoteAs: asn + 1, state: 'Established' } };
    const body = {
      id,
      detector: 'bfd',
      event,
      reporter: routers.standby.name,
      subject,
      at: new Date().toISOString(),
      evidence: { bgp: { ipv4Unicast: { as: asn, peers } } },
    };
    const headers = { 'content-type': 'application/json' };
    const response = await this.#signer.fetch(this.#url, { method: 'POST', headers, body: JSON.stringify(body) });
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
}
