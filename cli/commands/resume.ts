import { type AddCommand, examples } from '../cli.ts';
import { type ActionOptions, actionOptions, siteArgument } from '../options.ts';
import { requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import { changeSetting } from './shared/change-setting.ts';

/** `resume SITE`: ends a pause early. */
export const resume: AddCommand = (program, cli) => {
  const command = program
    .command('resume')
    .helpGroup('Operate:')
    .summary('end the pause of a site')
    .description('End the pause of a site before its stated time.')
    .argument(...siteArgument)
    .action(
      cli.action(async (name: string, options: Omit<ActionOptions, 'reason'>) => {
        const topology = await requireTopologyOfAccount(options.topology, cli);
        const site = requireSite(topology, name);
        const by = options.by ?? cli.environment.user;
        return changeSetting(
          { topology, site },
          {
            action: 'resume',
            request: { action: 'resume', by },
            would: `End the pause of ${name} (${by})`,
            already: ({ pause }) => (pause === null ? `${name} is not paused.` : undefined),
          },
          options,
          cli,
        );
      }),
    );
  actionOptions(command, { reason: false });
  examples(command, ['vyos-failover resume tokyo']);
};
