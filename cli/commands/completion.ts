import { fileURLToPath } from 'node:url';
import { Argument } from 'commander';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { candidates, type KnownNames } from '../completion/candidates.ts';
import { completionScript, SHELLS, type Shell } from '../completion/scripts.ts';
import { jsonOption } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireTopology } from '../topology-file.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/vyos-failover', import.meta.url));

/** `completion bash|zsh|fish`: a script for the shell; and `complete`, which that script runs at each Tab. */
export const completion: AddCommand = (program, cli) => {
  const command = program
    .command('completion')
    .helpGroup('Configure:')
    .summary('write a completion script for a shell')
    .description(
      'Write a script that completes commands, options, sites and routers in a shell. Load it in the start file of the shell.',
    )
    .addArgument(new Argument('<SHELL>', 'the shell').choices(SHELLS))
    .option(...jsonOption)
    .action(
      cli.action((shell: Shell, { json }: { json?: boolean }) => {
        const script = completionScript(shell, PROGRAM);
        if (json === true) writeJson(cli.io.stdout, 'completion', { shell, script });
        else cli.io.stdout.write(script);
        return exitCodes.done;
      }),
    );
  examples(command, [
    'source <(npx vyos-failover completion bash)     # in ~/.bashrc',
    'source <(npx vyos-failover completion zsh)      # in ~/.zshrc, after compinit',
    'npx vyos-failover completion fish | source      # in ~/.config/fish/config.fish',
  ]);

  program
    .command('complete', { hidden: true })
    .argument('[WORDS...]', 'the words after vyos-failover, the last one incomplete')
    .action(
      cli.action(async (words: readonly string[]) => {
        const found = candidates(program, words, await knownNames(words, cli));
        cli.io.stdout.write(found.map((word) => `${word}\n`).join(''));
        return exitCodes.done;
      }),
    );
};

/** The sites and routers of the topology that the command line names. A file that cannot be read has none. */
async function knownNames(words: readonly string[], { io }: Cli): Promise<KnownNames> {
  const at = words.indexOf('--topology');
  const file = at === -1 ? undefined : words[at + 1];
  if (file === '-') return { sites: {} };
  try {
    const { sites } = await requireTopology(file, io);
    const routers = sites.map((site) => [site.name, [site.routers.active.name, site.routers.standby.name]] as const);
    return { sites: Object.fromEntries(routers) };
  } catch {
    return { sites: {} };
  }
}
