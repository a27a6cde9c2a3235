import { History } from '#contracts/history.ts';
import { SiteStatus } from '#contracts/site-status.ts';
import { type AddCommand, examples } from '../cli.ts';
import { type QueryOptions, queryOptions, siteArgument } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { withCauses } from '../transport/with-causes.ts';
import { explainView, showExplanation } from '../views/explain-view.ts';

/** How many history entries to search for the last refusal. */
const ENTRIES = 200;

/** `explain SITE`: observation, diagnosis, decision, and what would change it. */
export const explain: AddCommand = (program, cli) => {
  const command = program
    .command('explain')
    .helpGroup('Inspect:')
    .summary('explain the present decision and what would change it')
    .description(
      'Explain the present decision of a site: the observation, the diagnosis, the rule that applies, what would change the decision, and what would happen on a failure now.',
    )
    .argument(...siteArgument)
    .action(
      cli.action(async (name: string, options: QueryOptions) => {
        const { io, environment } = cli;
        const topology = await requireTopologyOfAccount(options.topology, cli);
        const siteRef = { topology, site: requireSite(topology, name) };
        const by = { environment, signal: io.signal };
        const [status, history] = await Promise.all([
          invokeSite(siteRef, { action: 'status' }, SiteStatus, by),
          invokeSite(siteRef, { action: 'history', limit: ENTRIES }, History, by),
        ]);
        const explained = explainView(siteRef, status, history, cli.environment.nextCommand);
        const [site = explained.site] = await withCauses(topology, [explained.site], cli);
        const view = { ...explained, site };
        if (options.json === true) writeJson(io.stdout, 'explain', view);
        else io.stdout.write(`${showExplanation(view, cli.colours())}\n`);
        return view.site.healthy ? exitCodes.done : exitCodes.attention;
      }),
    );
  queryOptions(command);
  examples(command, ['vyos-failover explain tokyo', 'vyos-failover explain tokyo --json | jq .wouldChange']);
};
