import type { AlarmState } from '#aws/alarm-states.ts';
import type { Concurrency } from '#aws/concurrency.ts';
import type { ControlledTable } from '#aws/controlled-tables.ts';
import type { InterfaceAcl } from '#aws/network-acls.ts';
import type { Quotas } from '#aws/quotas.ts';
import type { InterfaceRules } from '#aws/security-groups.ts';
import type { Subscription } from '#aws/subscriptions.ts';
import type { Examination, RouterExamination, RouterFindings } from '#contracts/examination.ts';
import type { PushPlan } from '#contracts/push-plan.ts';
import type { Rehearsal } from '#contracts/rehearsal.ts';
import type { SiteStatus } from '#contracts/site-status.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import { factsOf } from '#failover/observation.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import type { NextCommand } from '../output/next-command.ts';
import type { SecretStatus } from '../secrets/read-secrets.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import type { RouterView, SiteView } from '../views/site-view.ts';
import type { Found, Outcome, Read } from './outcome.ts';
import type { ThrottledCalls } from './throttle-metrics.ts';

/** Everything that the checks of a site rest on, read once. */
export interface SiteFacts {
  readonly siteRef: SiteRef;
  /** Of the command line. */
  readonly next: NextCommand;
  readonly status: SiteStatus;
  /** The same, as `status` shows it. */
  readonly view: SiteView;
  /** The same, as input of the rules. */
  readonly observation: Observation;
  readonly rehearsal: Read<Rehearsal>;
  /** What only the routers can show. */
  readonly examination: Read<Examination>;
  /** Of all examined sites: the other ends of the tunnels. By router name. */
  readonly examinedRouters: Readonly<Record<string, RouterExamination>>;
  readonly plan: Read<PushPlan>;
  /** By interface. */
  readonly rules: Read<Readonly<Record<string, InterfaceRules>>>;
  /** By interface. */
  readonly acls: Read<Readonly<Record<string, InterfaceAcl>>>;
  /** Every alarm of the site. */
  readonly alarms: Read<readonly AlarmState[]>;
  /** Of the topic of the site's messages. */
  readonly subscriptions: Read<readonly Subscription[]>;
  readonly concurrency: Read<Concurrency>;
  /** Applied to the account in the site's Region. */
  readonly quotas: Read<Quotas>;
  /** Of all sites of the account in the site's Region. */
  readonly tables: Read<readonly ControlledTable[]>;
  /** Of the last day: calls that AWS throttled. */
  readonly throttled: Read<readonly ThrottledCalls[]>;
  /** Of the topology. */
  readonly secrets: Read<readonly SecretStatus[]>;
}

/** A router of the site with what is known of it. */
interface RouterAndFacts {
  readonly router: ManagedRouter;
  readonly facts: RouterFacts;
  readonly view: RouterView | undefined;
}

/** What a check finds on each router. */
export function onEachRouter(facts: SiteFacts, find: (each: RouterAndFacts) => readonly Found[]): Outcome {
  const { observation, view } = facts;
  const found = routersOf(observation.site).flatMap((router) =>
    find({
      router,
      facts: factsOf(observation, router),
      view: view.routers.find(({ name }) => name === router.name),
    }),
  );
  return { found };
}

/**
 * What a check finds in what each router shows itself. A router that did not answer is unchecked.
 *
 * @param unread what a router that answered could not read, as a clause. Default: it could read everything
 */
export function onEachExamined(
  { examination }: Pick<SiteFacts, 'examination'>,
  find: (router: string, findings: RouterFindings, times: RouterExamination) => readonly Found[],
  unread: (findings: RouterFindings, router: string) => string | false = () => false,
): Outcome {
  if (!examination.ok) return { found: [], unchecked: examination.why };
  const routers = Object.entries(examination.fact.routers);
  const unchecked = routers.flatMap(([name, { found, why = 'no answer' }]) => {
    const reason = found === undefined ? why : unread(found, name);
    return reason === false ? [] : [`${name}: ${reason}`];
  });
  return {
    found: routers.flatMap(([name, each]) => (each.found === undefined ? [] : find(name, each.found, each))),
    ...(unchecked.length > 0 && { unchecked: unchecked.join('; ') }),
  };
}
