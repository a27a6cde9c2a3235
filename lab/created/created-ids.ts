import type { Emulator } from '#emulator/emulator.ts';
import { namesOf, outputName } from '#infra/names.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { CreatedIds } from '../state.ts';

/** What the addresses stacks have created, by key (`topology/created-ids.ts`): from their outputs. */
export function createdIds(topology: Topology, emulator: Pick<Emulator, 'stackOutputs'>): CreatedIds {
  return Object.assign({}, ...topology.sites.map((site) => idsOf(site, topology, emulator))) as CreatedIds;
}

function idsOf(site: Site, topology: Topology, { stackOutputs }: Pick<Emulator, 'stackOutputs'>): CreatedIds {
  const outputs = stackOutputs(namesOf(topology, site).addressesStack);
  const routers = [site.routers.active, site.routers.standby].flatMap(({ name }) => [
    [`eni:${name}`, outputs[`${outputName(name)}InterfaceId`]],
    [`address:${name}`, outputs[`${outputName(name)}PublicAddress`]],
  ]);
  const vpc = [
    [`vpc:${site.name}`, outputs['VpcId']],
    [`routeTable:${site.name}`, outputs['FrontRouteTableId']],
  ];
  return Object.fromEntries([...vpc, ...routers].filter(([, id]) => id !== undefined)) as CreatedIds;
}
