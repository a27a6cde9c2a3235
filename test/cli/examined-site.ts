import { SecretValue } from '#aws/secret-value.ts';
import type { Environment } from '#cli/environment.ts';
import type { RouterFindings } from '#contracts/examination.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { alarmNamesOf } from '#infra/alarm-names.ts';
import { AskedSite } from './asked-site.ts';
import type { Ended, Surroundings } from './command-line.ts';
import { FakeCloud } from './fake-cloud.ts';

export interface ShownFinding {
  readonly id: string;
  readonly severity: string;
  readonly where: string;
  readonly says: string;
  readonly remedy: string;
}

export interface Examined {
  readonly exitCode: number;
  readonly healthy: boolean;
  readonly findings: readonly ShownFinding[];
  readonly unchecked: readonly { readonly id: string; readonly why: string }[];
}

/** Site tokyo, healthy in everything that `doctor` examines; a test plants one fault. */
export class ExaminedSite {
  readonly asked = new AskedSite();
  readonly cloud = new FakeCloud();
  /** By router: changes of what the router shows; null: it does not answer. */
  readonly shows: Record<string, Partial<RouterFindings> | null> = {};
  /** By Region and name: changes of the stored keys; null: there is none. */
  readonly keys: Record<string, { readonly value?: string; readonly encrypted?: boolean } | null> = {};

  constructor() {
    const { asked, cloud } = this;
    const plan = { name: '', commands: [], tunnels: [], drift: { added: [], removed: [] }, leftAlone: [], notes: [] };
    const same = { ...plan, digest: 'a1', boots: 'same', baseline: null } as const;
    const routers = ['tokyo-2', 'tokyo-1'].map((name) => ({ ...same, name }));
    asked.plan = { outcome: 'planned', owner: 'tokyo-1', routers } as never;
    asked.examined = (router) => Promise.resolve(this.#answer(router));
    const outputs = { SiteAlarmTopicArn0: 'arn:aws:sns:ap-northeast-1:123456789012:tokyo' };
    cloud.add('vyos-failover-tokyo-virginia--tokyo', { outputs });
    const controller = 'vyos-failover-tokyo-virginia--tokyo';
    const tables = new Set(asked.world.site.routes.map(({ table }) => table));
    cloud.controlled = [...tables].map((id) => ({ id, controller, ipv4: 3, ipv6: 0, atInterfaces: 1 }));
    const ok = { state: 'OK', reason: '', since: undefined } as const;
    cloud.alarms = alarmNamesOf(asked.world.site).map((name) => ({ name, ...ok }));
  }

  /** `doctor tokyo`. */
  run(options: readonly string[] = [], around: Surroundings = {}): Promise<Ended> {
    const secrets = { readSecrets: this.#readSecrets, createSecret: () => Promise.resolve(false) };
    return this.asked.run(['doctor', 'tokyo', ...options], { cloud: this.cloud, secrets, ...around });
  }

  async examine(around: Surroundings = {}): Promise<Examined> {
    const { exitCode, stdout } = await this.run(['--json'], around);
    const { healthy, sites } = JSON.parse(stdout) as { healthy: boolean; sites: readonly Omit<Examined, 'exitCode'>[] };
    const [{ findings, unchecked } = { findings: [], unchecked: [] }] = sites;
    return { exitCode, healthy, findings, unchecked };
  }

  /** The keys that tokyo-1 shows, with one fault. */
  withKey(change: RouterFindings['keys'][string]): RouterFindings['keys'] {
    return { [PSK]: change };
  }

  #answer({ name }: ManagedRouter) {
    const change = this.shows[name];
    if (change === null) return { kind: 'silent', why: 'no answer within 15 s' } as const;
    const { now } = this.asked.world;
    const healthy: RouterFindings = {
      beganAt: now,
      endedAt: now,
      contact: { ok: true, says: 'in contact with the API: a report would arrive' },
      keys: this.withKey({ mark: '1a2b', used: true }),
      units: { 'vyos-failover-reconcile.service': 'active', 'vyos-failover-watch-bfd.service': 'active' },
      agent: '3.3.3050.0',
      vyos: '1.4.2',
      trust: { until: now + 3_650 * 86_400_000 },
      disk: { free: 4 * 1024 ** 3 },
      log: [],
    };
    return { kind: 'answered', output: JSON.stringify({ ...healthy, ...change }) } as const;
  }

  readonly #readSecrets: Environment['readSecrets'] = (region, names) => {
    const found = names.flatMap((name) => {
      const change = this.keys[`${region} ${name}`];
      if (change === null) return [];
      const { value = VALUE, encrypted = true } = change ?? {};
      return [[name, { value: new SecretValue(value), encrypted }] as const];
    });
    return Promise.resolve(new Map(found));
  };
}

export const PSK = '/vyos-failover/tokyo-virginia/psk/tokyo-1--virginia-1';
/** Of every key. */
export const VALUE = 'c2VjcmV0LW9mLXRoZS10dW5uZWw';
