import { namesOf } from '#infra/names.ts';
import { isCreatedId } from '#topology/created-ids.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { addressOutputs, createdRouters } from './created-sites.ts';
import type { CreatedIds } from './read-created-ids.ts';

/**
 * What an operator must know about the addresses of a site, as sentences. Pure.
 *
 * @param described the site as the topology file has it, without the addresses file
 * @param deployed undefined: the stack does not exist
 * @param written the addresses file; undefined: there is none
 */
export function addressProblems(
  { topology, site: described }: SiteRef,
  deployed: CreatedIds | undefined,
  written: CreatedIds | undefined,
): string[] {
  const stack = namesOf(topology, described).addressesStack;
  if (deployed === undefined) return [`the stack ${stack} does not exist in ${described.region}: deploy the topology.`];
  const outputs = [...addressOutputs(described)];
  return [
    ...outputs
      .filter(([key]) => !deployed.has(key))
      .map(([, output]) => `the stack ${stack} has no output ${output}: deploy the topology.`),
    ...createdRouters(described).flatMap(({ name, publicAddress }) => {
      const address = deployed.get(`address:${name}`);
      if (isCreatedId(publicAddress) || address === undefined || address === publicAddress) return [];
      return [
        `the topology states ${publicAddress} for ${name}, and its Elastic IP is ${address}: correct publicAddress.`,
      ];
    }),
    ...outputs.flatMap(([key]) => {
      const [now, before] = [deployed.get(key), written?.get(key)];
      if (written === undefined || now === undefined || now === before) return [];
      return [
        `the addresses file has ${before ?? 'nothing'} for ${key}, and ${now} is deployed: write it again (--write).`,
      ];
    }),
  ];
}
