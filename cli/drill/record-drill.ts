import { Done } from '#contracts/done.ts';
import { CommandError } from '../output/command-error.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { type DrillContext, type EndedDrill, report } from './drill-context.ts';

/** Records the result in the site's history. A failure is reported and does not change the drill's result. */
export async function recordDrill({ id, says, ...drill }: EndedDrill, context: DrillContext): Promise<void> {
  const { where, by, cli } = context;
  const request = { action: 'record-drill' as const, id, by, says: says.slice(0, 1024), drill };
  try {
    await invokeSite(where, request, Done, { environment: cli.environment });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    report(context, `the result is not recorded in the history: ${error.message}`);
  }
}
