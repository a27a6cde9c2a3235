import { isCreatedId } from '#topology/created-ids.ts';
import type { Site } from '#topology/topology.ts';
import { counted } from '../output/counted.ts';

/** A site may have hundreds of route tables; a drawing shows the first. */
const SHOWN = 4;

/** A line for each route table of a site: its id, and its destinations. */
export function shownTables({ routeTables }: Site): readonly string[] {
  const lines = routeTables.slice(0, SHOWN).map(({ id, destinations }) => {
    const [first = '', ...more] = destinations;
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    return `${isCreatedId(id) ? '(created table)' : id}: ${first}${others}`;
  });
  const left = routeTables.length - SHOWN;
  return left > 0 ? [...lines, `and ${counted(left, 'more table')}`] : lines;
}
