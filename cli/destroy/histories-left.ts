import { namesOf, tablePrefix } from '#infra/names.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { explainingFaults } from '../transport/explaining-faults.ts';

/**
 * The tables with the histories of sites that exist, as sentences. A Region that does not answer is no reason to stop, and after Ctrl-C
 * none is asked.
 */
export async function readHistoriesLeft(topology: Topology, sites: readonly Site[], cli: Cli): Promise<string[]> {
  const texts = await Promise.all(sites.map((site) => ofSite(site, tablePrefix(namesOf(topology, site).stack), cli)));
  return texts.flat();
}

async function ofSite({ name, region }: Site, prefix: string, { environment, io }: Cli): Promise<string[]> {
  const grant = 'grant dynamodb:ListTables';
  const unknown = `The history of ${name}, a table in ${region} whose name begins with ${prefix}, if it exists: aws dynamodb list-tables --region ${region}.`;
  const isInterrupted = () => io.signal?.aborted === true;
  if (isInterrupted()) return [unknown];
  try {
    const tables = await explainingFaults({ service: 'DynamoDB', region, grant }, { io }, () =>
      environment.cloud.listTables(region, prefix, io.signal),
    );
    return tables.map(
      (table) =>
        `The history of ${name}, table ${table} in ${region}: aws dynamodb delete-table --region ${region} --table-name ${table} (to read it: vyos-failover history --table ${table} --region ${region}).`,
    );
  } catch (error) {
    if (!(error instanceof CommandError) && !isInterrupted()) throw error;
    return [unknown];
  }
}
