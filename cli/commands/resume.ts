import { type AddCommand, examples } from '../cli.ts';
import { type ActOptions, actOptions } from '../options.ts';
import { siteNamed } from '../require-name.ts';
import { requireTopology } from '../topology-file.ts';
import { set } from './shared/change-setting.ts';

/** `resume SITE`: ends a pause before its time. */
export const resume: AddCommand = (program, cli) => {
  const command = program
    .command('resume')
    .helpGroup('Act:')
    .description('End the pause of a site before its time.')
    .argument('<SITE>')
    .action(
      cli.action(async (name: string, options: Omit<ActOptions, 'reason'>) => {
        const topology = await requireTopology(options.topology, cli.io);
        const site = siteNamed(topology, name);
        const by = options.by ?? cli.outside.user;
        return set(
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
  actOptions(command, { reason: false });
  examples(command, ['vyos-failover resume tokyo']);
};
