import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bundle, type BundleFile, routerBundle } from '#vyos/bundle.ts';
import { VyosConfigError } from '#vyos/errors.ts';
import { findRouter } from '#vyos/find-router.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { readAgentPackage } from '../router/agent-package.ts';
import { writeBundle } from '../router/write-bundle.ts';
import { namedOnce, requireTopology, topologyOption } from '../topology-file.ts';

interface Options {
  readonly topology?: string;
  readonly router: string;
  readonly out: string;
  readonly apiUrl: readonly string[];
  readonly heartbeat?: boolean;
  readonly agent?: string;
  readonly agentSha256?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `router bundle [FILE] --router NAME -o DIR --api-url URL…`: all that goes onto one router, as a folder. */
export const routerBundleCommand: AddCommand = (program, cli) => {
  const command = group(program, 'router', 'Configure', 'what goes onto the routers')
    .command('bundle')
    .description(
      'Write everything that goes onto one router, with an install script, into a folder. No secret is in it.',
    )
    .argument('[FILE]', 'the topology; the same as --topology FILE')
    .option(...topologyOption)
    .requiredOption('--router <NAME>', 'for which router')
    .requiredOption('-o, --out <DIR>', 'the folder; what an older bundle left in it is replaced')
    .requiredOption(
      '--api-url <URL...>',
      'the site’s EventApiUrl, as its stack prints it; SITE=URL for another site makes this router its witness',
    )
    .option('--heartbeat', 'send signs of life (default: only with prefer: safety)')
    .option('--no-heartbeat', 'send none')
    .option('--agent <FILE>', 'the SSM agent’s Debian package, as you fetched and verified it')
    .option('--agent-sha256 <HASH>', 'take no package but this one')
    .option('--dry-run', 'write nothing, list what would be written')
    .option('--json', 'one JSON object on stdout')
    .action(
      cli.action(async (argument: string | undefined, options: Options): Promise<ExitCode> => {
        const topology = await requireTopology(namedOnce(argument, options.topology), cli.io);
        const agent = readAgentPackage(options, cli.io.cwd);
        const bundle = explained(() => {
          const { site } = findRouter(topology, options.router);
          const urls = apiUrls(options.apiUrl, site.name);
          return routerBundle(topology, options.router, {
            ...urls,
            ...(options.heartbeat !== undefined && { heartbeat: options.heartbeat }),
            programs: programs(),
            sha256,
            agent: agent?.sha256,
          });
        });
        const directory = resolve(cli.io.cwd, options.out);
        if (options.dryRun !== true) writeBundle(bundle, agent?.file, directory);
        if (options.json === true) writeJson(cli.io.stdout, 'router-bundle', asJson(bundle, options, directory));
        else {
          for (const { path, mode } of [...bundle.files, ...(bundle.agent === undefined ? [] : [bundle.agent])])
            cli.io.stdout.write(`0${mode.toString(8)} ${join(options.out, path)}\n`);
        }
        if (agent !== undefined && options.agentSha256 === undefined)
          cli.io.stderr.write(
            `note: the SSM agent’s package has SHA-256 ${agent.sha256}: compare with --agent-sha256\n`,
          );
        for (const note of bundle.notes) cli.io.stderr.write(`note: ${note}\n`);
        return exitCodes.done;
      }),
    );
  examples(command, [
    'vyos-failover router bundle topology.yaml --router tokyo-1 -o bundle/tokyo-1 --api-url https://a1b2c3.execute-api.ap-northeast-1.amazonaws.com',
    'vyos-failover router bundle topology.yaml --router tokyo-1 -o bundle/tokyo-1 --api-url URL --agent amazon-ssm-agent.deb',
    'scp -r bundle/tokyo-1 vyos@203.0.113.10: && ssh vyos@203.0.113.10 sudo ./tokyo-1/install',
  ]);
};

function asJson({ files, secrets, notes, agent }: Bundle, { router, dryRun }: Options, directory: string) {
  const listed = files.map(({ path, mode, content }) => ({
    path,
    mode: `0${mode.toString(8)}`,
    sha256: sha256(content),
  }));
  const listedAgent = agent === undefined ? [] : [{ ...agent, mode: `0${agent.mode.toString(8)}` }];
  return { router, directory, written: dryRun !== true, files: [...listed, ...listedAgent], secrets, notes };
}

/** `URL` and `SITE=URL` are told apart by the scheme. */
function apiUrls(given: readonly string[], own: string) {
  const entries = given.map((text): readonly [string, string] => {
    const [, site, url] = /^([^=:/]+)=(.*)$/.exec(text) ?? [undefined, own, text];
    return [site ?? own, url ?? text];
  });
  const twice = entries.find(([site], index) => entries.findIndex(([other]) => other === site) !== index);
  if (twice !== undefined) throw new CommandError(exitCodes.usage, `--api-url names site ${twice[0]} twice`);
  const { [own]: apiUrl, ...witnessApis } = Object.fromEntries(entries);
  if (apiUrl === undefined) {
    throw new CommandError(
      exitCodes.usage,
      `--api-url does not say where the router’s own site ${own} listens\n    hint: add its EventApiUrl`,
    );
  }
  return { apiUrl, witnessApis };
}

/** What is in `router/`, as it lies there. */
function programs(): BundleFile[] {
  const folder = fileURLToPath(new URL('../../router/', import.meta.url));
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const mode = (statSync(file).mode & 0o100) === 0 ? 0o644 : 0o755;
      return { path: relative(folder, file), mode, content: readFileSync(file, 'utf8') };
    });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What cannot be bundled is the command line's fault, or the topology's. */
function explained<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof VyosConfigError) throw new CommandError(exitCodes.usage, error.message, { cause: error });
    throw error;
  }
}
