import { InvalidArgumentError } from 'commander';
import { LONGEST_PAUSE_MS } from '#contracts/route-swap-requests.ts';
import { parseDuration } from '#topology/duration.ts';
import { type AddCommand, examples } from '../cli.ts';
import { type ActionOptions, actionOptions, siteArgument } from '../options.ts';
import { duration, utcTime } from '../output/time.ts';
import { requireSite } from '../require-name.ts';
import { requireTopologyOfAccount } from '../topology-file.ts';
import { changeSetting } from './shared/change-setting.ts';

interface Options extends ActionOptions {
  /** ms */
  readonly for: number;
}

/** `pause SITE --for 30m`: stops automatic failover for a stated time. */
export const pause: AddCommand = (program, cli) => {
  const command = program
    .command('pause')
    .helpGroup('Operate:')
    .summary('stop automatic failover of a site for a time')
    .description(
      'Stop automatic failover of a site for a stated time. The site still decides, records and notifies. The pause ends by itself.',
    )
    .argument(...siteArgument)
    .requiredOption('--for <TIME>', 'duration, such as 30m, 1h30m or 90s; at most 168h', pauseTime)
    .action(
      cli.action(async (name: string, options: Options) => {
        const topology = await requireTopologyOfAccount(options.topology, cli);
        const site = requireSite(topology, name);
        const { for: forMs, reason, by = cli.environment.user } = options;
        return changeSetting(
          { topology, site },
          {
            action: 'pause',
            request: { action: 'pause', forMs, by, reason },
            would: `Pause automatic failover of ${name} for ${duration(forMs)} (${by}: ${reason})`,
            warn: ({ pause: now }) =>
              now === null
                ? undefined
                : `this replaces the pause of ${now.by} until ${utcTime(Date.parse(now.until))} (${now.reason})`,
          },
          options,
          cli,
        );
      }),
    );
  actionOptions(command);
  examples(command, [
    'vyos-failover pause tokyo --for 30m --reason "provider maintenance"',
    'vyos-failover pause tokyo --for 2h --reason "game day" --yes',
  ]);
};

function pauseTime(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0 && ms <= LONGEST_PAUSE_MS) return ms;
  throw new InvalidArgumentError('It must be a duration such as 30m, 1h30m or 90s, at most 168h.');
}
