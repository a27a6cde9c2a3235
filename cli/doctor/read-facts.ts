import { Examination } from '#contracts/examination.ts';
import { Rehearsal } from '#contracts/rehearsal.ts';
import { SiteStatus } from '#contracts/site-status.ts';
import type { Cli } from '../cli.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import { askForPlan } from '../push/requests.ts';
import { readSecretStatuses, type SecretStatus } from '../secrets/read-secrets.ts';
import type { TopologyText } from '../topology-file.ts';
import { invokeSite, type SiteRef } from '../transport/invoke-site.ts';
import { isWithoutCredentials } from '../transport/without-credentials.ts';
import { observationOf } from '../views/observation-of.ts';
import { siteView } from '../views/site-view.ts';
import type { Read } from './outcome.ts';
import { read } from './read.ts';
import { readCloudFacts } from './read-cloud-facts.ts';
import type { SiteFacts } from './site-facts.ts';

/** What is known of a site before the other sites are known: they have the other ends of its keys. */
export type FactsOfSite = Omit<SiteFacts, 'examinedRouters' | 'secrets'>;

/** A site that does not answer. */
export interface UnreadSite {
  readonly siteRef: SiteRef;
  readonly says: string;
  readonly hint?: string | undefined;
}

/**
 * Reads everything about a site in parallel. A fact that cannot be read does not hide the others.
 *
 * @throws CommandError (exit code 1) without valid credentials
 */
export async function readFacts(siteRef: SiteRef, text: string, cli: Cli): Promise<FactsOfSite | UnreadSite> {
  const { environment, io } = cli;
  const by = { environment, signal: io.signal };
  const [status, rehearsal, examination, plan, cloudFacts] = await Promise.all([
    invokeSite(siteRef, { action: 'status' }, SiteStatus, by).catch(unread(siteRef)),
    read(() => invokeSite(siteRef, { action: 'rehearse' }, Rehearsal, by)),
    read(() => invokeSite(siteRef, { action: 'examine' }, Examination, by)),
    read(() => askForPlan(siteRef, { text, overrides: [] }, cli)),
    readCloudFacts(siteRef, cli),
  ]);
  if ('says' in status) return status;
  const view = siteView(siteRef, status, environment.nextCommand);
  const seen = { status, view, observation: observationOf(status) };
  return { siteRef, next: environment.nextCommand, ...seen, rehearsal, examination, plan, ...cloudFacts };
}

/** Of the whole topology: a tunnel's key is in the Regions of both ends. */
export function readSecretFacts({ topology }: TopologyText, cli: Cli): Promise<Read<readonly SecretStatus[]>> {
  return read(() => readSecretStatuses(topology, cli));
}

function unread(siteRef: SiteRef): (error: unknown) => UnreadSite {
  return (error) => {
    if (!(error instanceof CommandError) || isWithoutCredentials(error)) throw error;
    return { siteRef, ...saysAndHint(error.message) };
  };
}
