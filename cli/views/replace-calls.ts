import type { Preview } from '#contracts/preview.ts';
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
  return (plan?.steps ?? []).map(({ table, destination, from }) => ({
    table,
    destination,
    from: names.get(from) ?? from,
    to: plan?.to.router ?? '',
  }));
}

export function showSteps(steps: readonly StepView[], columns?: number): string {
  return renderTable(
    ['ROUTE TABLE', 'DESTINATION', 'FROM', 'TO'],
    steps.map(({ table, destination, from, to }) => [table, destination, from, `→ ${to}`]),
    columns,
  );
}
