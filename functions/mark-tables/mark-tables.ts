import { otherControllerAdvice } from '#failover/controller.ts';
import type { Log } from '#functions/log.ts';
import type { MarkProperties } from './settings.ts';

/** What the marks of route tables need of the outside. */
export interface MarkPorts {
  /** Resolves after this time, ms. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Who has marked the tables; undefined: nobody. A table that does not exist is not in the result. */
  describeControllers(tables: readonly string[]): Promise<ReadonlyMap<string, string | undefined>>;
  /** EC2 itself has no compare-and-set; the role of the function is not permitted to overwrite another mark. */
  mark(tables: readonly string[], controller: string): Promise<void>;
  /** Removes this controller's mark only. */
  unmark(tables: readonly string[], controller: string): Promise<void>;
  readonly log: Log;
}

/**
 * Marks the tables of a site, unless another controller has marked one: then none is marked. Of two stacks that find no mark at the
 * same moment, IAM refuses the second write, and the next try reads the mark of the first. Should both writes pass, the last one stays: the
 * other stack fails here if it reads that mark, and otherwise moves no route of the table later (rule 7).
 *
 * @returns undefined: all are marked; otherwise why not, as sentences
 */
export async function markTables(wanted: MarkProperties, ports: MarkPorts): Promise<string | undefined> {
  const { Controller, Tables } = wanted;
  const before = await ports.describeControllers(Tables);
  const refusal = refusalOf(wanted, before);
  if (refusal !== undefined) return `${refusal} No table was marked.`;
  const missing = Tables.filter((table) => !before.has(table));
  if (missing.length > 0) ports.log.warn('These route tables do not exist and are not marked', { missing });
  const unmarked = Tables.filter((table) => before.has(table) && before.get(table) === undefined);
  if (unmarked.length === 0) return undefined;
  await ports.mark(unmarked, Controller);
  return refusalOf(wanted, await ports.describeControllers(Tables));
}

/** Removes the marks of this controller. A table that does not exist has none. */
export async function unmarkTables(
  { Controller, Tables }: Pick<MarkProperties, 'Controller' | 'Tables'>,
  ports: MarkPorts,
): Promise<void> {
  const now = await ports.describeControllers(Tables);
  const own = Tables.filter((table) => now.get(table) === Controller);
  if (own.length > 0) await ports.unmark(own, Controller);
}

function refusalOf(
  { Controller, Region, Tables }: MarkProperties,
  controllers: ReadonlyMap<string, string | undefined>,
): string | undefined {
  const others = Tables.flatMap((table) => {
    const controller = controllers.get(table);
    return controller === undefined || controller === Controller ? [] : [{ table, controller }];
  });
  const [first] = others;
  if (first === undefined) return undefined;
  const more = others.length === 1 ? '' : ` (and ${others.length - 1} more of ${Tables.length} tables)`;
  return (
    `Stack ${first.controller} already moves the routes of ${first.table}${more}: ` +
    `${otherControllerAdvice(first.controller, first.table, Region)}. Then deploy again.`
  );
}
