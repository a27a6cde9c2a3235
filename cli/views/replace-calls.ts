import type { Preview } from '#contracts/preview.ts';
import { isCreatedId } from '#topology/created-ids.ts';
import type { Topology } from '#topology/topology.ts';
import { renderTable } from '../output/table.ts';
import { routersOf } from '../require-name.ts';

/** One ReplaceRoute call with the names of the routers: part of the JSON of several commands. */
export interface StepView {
  readonly table: string;
  readonly destination: string;
  readonly from: string;
  readonly to: string;
}

/** The calls of a planned swap, in their order. */
export function stepViews({ plan }: Preview, topology: Topology): readonly StepView[] {
  const names = new Map(topology.sites.flatMap(routersOf).map(({ eni, name }) => [eni, name]));
  const to = plan?.to.router ?? '';
  const peer = createdPeer(topology, to);
  return (plan?.steps ?? []).map(({ table, destination, from }) => ({
    table,
    destination,
    from: names.get(from) ?? peer ?? from,
    to,
  }));
}

/** The other router of a pair whose interface the deployment creates: the topology file does not have its id. */
function createdPeer({ sites }: Topology, name: string): string | undefined {
  const pair = sites.map(routersOf).find((routers) => routers.some((each) => each.name === name)) ?? [];
  const peer = pair.find((each) => each.name !== name);
  return peer !== undefined && isCreatedId(peer.eni) ? peer.name : undefined;
}

export function showSteps(steps: readonly StepView[], columns?: number): string {
  return renderTable(
    ['ROUTE TABLE', 'DESTINATION', 'FROM', 'TO'],
    steps.map(({ table, destination, from, to }) => [table, destination, from, `→ ${to}`]),
    columns,
  );
}
