import { withCreatedAddresses } from '#topology/created-ids.ts';
import type { DeployedTopology } from '#topology/deployed-topology.ts';
import type { PendingEdit } from '#topology/edits/pending-edits.ts';
import { pendingEdits } from '#topology/edits/pending-edits.ts';
import type { Topology } from '#topology/topology.ts';
import type { Cli } from '../../cli.ts';
import { filledTopology } from '../../created/fill-addresses.ts';
import { readCreatedIds } from '../../created/read-created-ids.ts';
import { type Deployed, readDeployed } from '../../deployed/read-deployed.ts';
import { CommandError } from '../../output/command-error.ts';
import { readMissingSecrets } from '../../secrets/read-secrets.ts';
import type { ChangesFile } from '../changes-file.ts';
import type { FormerSite, Situation } from '../situation.ts';
import { readFormerSites } from './read-former-sites.ts';
import { readSiteSituation } from './read-site-situation.ts';

/**
 * Reads the deployed models, the stacks, the sites, the routers and the keys. What does not answer is unknown, and the plan takes the
 * forecast.
 *
 * @throws CommandError (exit code 1) if CloudFormation does not answer
 */
export async function readSituation(file: ChangesFile, cli: Cli): Promise<Situation> {
  const described = withCreatedAddresses(file.described);
  const topology = filledTopology(file.described, await readCreatedIds(file.described, cli));
  const deployed = await Promise.all(described.sites.map((site) => readDeployed({ topology: described, site }, cli)));
  const { former, unknown } = await readFormerSites(described, deployed, cli);
  const models = modelsOf(described, deployed, former);
  const edits = [...pendingEdits(described, models), ...removals(former)];
  const isMeant = (site: string) => file.only === undefined || file.only === site;
  const sites = await Promise.all(
    described.sites.flatMap((site, index) => {
      const of = deployed[index];
      if (of === undefined || !isMeant(site.name)) return [];
      const predecessor = former.find(({ successor }) => successor === site.name);
      return [
        readSiteSituation(
          { file, topology, described, site, deployed: of, model: models.get(site.name), edits, former: predecessor },
          cli,
        ),
      ];
    }),
  );
  return {
    topology: described,
    file: file.name,
    writtenAt: file.writtenAt,
    edits: unique(edits),
    sites,
    former: former.filter(({ successor, deployed: { site } }) => isMeant(successor ?? site.name)),
    unknownControllers: unknown,
    missingKeys: await missingKeys(described, cli),
  };
}

/** By site of the file; of a renamed site, what is deployed under the former name. */
function modelsOf(
  { sites }: Topology,
  deployed: readonly Deployed[],
  former: readonly FormerSite[],
): ReadonlyMap<string, DeployedTopology> {
  return new Map(
    sites.flatMap(({ name }, index) => {
      const own = deployed[index];
      if (own?.kind === 'deployed') return [[name, own.model.topology] as const];
      const earlier = former.find(({ successor }) => successor === name);
      return earlier === undefined ? [] : [[name, earlier.deployed] as const];
    }),
  );
}

/** The other sites may be deployed without the removed one already. */
function removals(former: readonly FormerSite[]): PendingEdit[] {
  return former
    .filter(({ successor }) => successor === undefined)
    .map(({ deployed: { site } }) => ({
      edit: { kind: 'site-removed', site: site.name, region: site.region },
      at: [site.name],
    }));
}

function unique(edits: readonly PendingEdit[]): PendingEdit[] {
  const merged = new Map<string, PendingEdit>();
  for (const { edit, at } of edits) {
    const key = JSON.stringify(edit);
    merged.set(key, { edit, at: [...new Set([...(merged.get(key)?.at ?? []), ...at])] });
  }
  return [...merged.values()];
}

/** Keys that cannot be read are no reason to show nothing else. */
async function missingKeys(topology: Topology, cli: Cli): Promise<string[] | undefined> {
  try {
    return await readMissingSecrets(topology, cli);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    cli.io.stderr.write(`note: the keys are not checked: ${error.message}\n`);
    return undefined;
  }
}
