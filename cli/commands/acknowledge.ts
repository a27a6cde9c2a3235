import { History } from '#contracts/history.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { type ActionOptions, actionOptions } from '../options.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { requirePromptOrYes } from '../prompt.ts';
import { requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import { askSites } from '../transport/ask-sites.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { changeSetting } from './shared/change-setting.ts';

/** How many history entries of each site to search for the id. */
const ENTRIES = 1000;

/** `acknowledge ID`: records that an operator works on a condition of a site. */
export const acknowledge: AddCommand = (program, cli) => {
  const command = program
    .command('acknowledge')
    .helpGroup('Operate:')
    .summary('record that you work on a condition of a site')
    .description(
      'Record in the history that an operator works on a condition of a site. status shows it until the condition changes. Moves no routes.',
    )
    .argument(
      '<ID>',
      'id of an entry of the history (a notification shows it as "trigger"), or the name of a SITE for its present condition',
    )
    .option('--site <SITE>', 'the site whose history has the id (default: all are searched)')
    .action(
      cli.action(async (id: string, options: ActionOptions & { readonly site?: string }) => {
        requirePromptOrYes(options, cli.io);
        const topology = await requireTopologyOfAccount(options.topology, cli);
        const { site, trigger } = await conditionOf(id, options.site, topology, cli);
        const { reason, by = cli.environment.user } = options;
        const about = trigger ?? `the present condition of ${site.name}`;
        return changeSetting(
          { topology, site },
          {
            action: 'acknowledge',
            request: { action: 'acknowledge', ...(trigger !== undefined && { id: trigger }), by, reason },
            would: `Acknowledge ${about} (${by}: ${reason})`,
            already: ({ severity }) =>
              trigger === undefined && severity === 'ok' ? `${site.name} has nothing to acknowledge.` : undefined,
          },
          options,
          cli,
        );
      }),
    );
  actionOptions(command);
  examples(command, [
    'vyos-failover acknowledge report-4f7c2a9e --reason "replacing tokyo-1"',
    'vyos-failover acknowledge tokyo --reason "provider is informed" --yes',
  ]);
};

interface Condition {
  readonly site: Site;
  /** Undefined: the present condition of the site. */
  readonly trigger?: string;
}

/** @throws CommandError (exit code 2) if no history has the id; (exit code 1) if that is not known, because a site does not answer */
async function conditionOf(id: string, named: string | undefined, topology: Topology, cli: Cli): Promise<Condition> {
  const whole = topology.sites.find(({ name }) => name === id);
  if (whole !== undefined && (named === undefined || named === id)) return { site: whole };
  const sites = named === undefined ? topology.sites : [requireSite(topology, named)];
  const by = { environment: cli.environment, signal: cli.io.signal };
  const { found, unseen } = await askSites(sites, async (site) => ({
    site,
    entries: await invokeSite({ topology, site }, { action: 'history', limit: ENTRIES }, History, by),
  }));
  const site = found.find(({ entries }) => entries.some((entry) => entry.id === id))?.site;
  if (site !== undefined) return { site, trigger: id };
  if (unseen.length > 0) {
    const [hint = 'try again'] = unseen.flatMap((each) => each.hint ?? []);
    throw new CommandError(
      exitCodes.failed,
      `"${id}" is not the name of a site, and no history that could be read has it\n${unseen.map(({ says }) => says).join('\n')}\n    hint: ${hint}`,
    );
  }
  throw new CommandError(
    exitCodes.usage,
    `no site has "${id}" among the last ${ENTRIES} entries of its history\n    hint: ${cli.environment.nextCommand('history', '--site', 'all', '--json')} shows the ids; or name a site, for its present condition`,
  );
}
