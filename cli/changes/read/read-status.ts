import { SiteStatus } from '#contracts/site-status.ts';
import type { Cli } from '../../cli.ts';
import { CommandError, saysAndHint } from '../../output/command-error.ts';
import { invokeSite, type SiteRef } from '../../transport/invoke-site.ts';
import { deployedAsTopology } from '../deployed-as-topology.ts';
import type { SiteFacts } from './site-facts.ts';

/** The site by its deployed names; undefined: it is not deployed, or does not answer, which a note on stderr states. */
export async function readStatusOrNote(facts: SiteFacts, cli: Cli): Promise<SiteStatus | undefined> {
  const where = deployedRef(facts);
  if (where === undefined) return undefined;
  try {
    return await invokeSite(where, { action: 'status' }, SiteStatus, {
      environment: cli.environment,
      signal: cli.io.signal,
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    cli.io.stderr.write(`note: ${saysAndHint(error.message).says}\n`);
    return undefined;
  }
}

/** The site with the names under which it is deployed; undefined: it is not. */
function deployedRef({ model, deployed, described, site }: SiteFacts): SiteRef | undefined {
  if (model !== undefined) return { topology: deployedAsTopology(model), site: model.site };
  return deployed.kind === 'unknown' ? { topology: described, site } : undefined;
}
