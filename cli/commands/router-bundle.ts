import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { routerFiles } from '#infra/router-files.ts';
import type { Router } from '#topology/topology.ts';
import { type Bundle, routerBundle } from '#vyos/bundle.ts';
import { findRouter } from '#vyos/find-router.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import { jsonOption, topologyArgument, topologyOption } from '../options.ts';
import { CommandError } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { shellWord } from '../output/shell-word.ts';
import { readAgentPackage } from '../router/agent-package.ts';
import { writeBundle } from '../router/write-bundle.ts';
import { namedOnce, requireTopology } from '../topology-file.ts';
import { orUsageError } from '../usage-error.ts';

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

/** `router bundle [FILE] --router NAME -o DIR --api-url URL…`: everything that is installed on one router, as a folder. */
export const routerBundleCommand: AddCommand = (program, cli) => {
  const command = group(program, 'router')
    .command('bundle')
    .summary('write the files and the install script of a router')
    .description(
      'Write everything that is installed on a router, with an install script, into a folder. It contains no secrets.',
    )
    .argument(...topologyArgument)
    .option(...topologyOption)
    .requiredOption('--router <NAME>', 'name of the router')
    .requiredOption('-o, --out <DIR>', 'folder to write; an earlier bundle in it is replaced')
    .requiredOption(
      '--api-url <URL...>',
      'EventApiUrl, an output of the stack of the site; SITE=URL of another site makes this router its witness',
    )
    .option('--heartbeat', 'send heartbeats (default: only with prefer: safety)')
    .option('--no-heartbeat', 'send no heartbeats')
    .option('--agent <FILE>', 'Debian package of the SSM agent, downloaded and verified by you')
    .option('--agent-sha256 <HASH>', 'SHA-256 that the package must have')
    .option('--dry-run', 'list what would be written, without writing it')
    .option(...jsonOption)
    .action(
      cli.action(async (argument: string | undefined, options: Options): Promise<ExitCode> => {
        const topology = await requireTopology(namedOnce(argument, options.topology), cli.io);
        const agent = readAgentPackage(options, cli.io.cwd);
        const bundle = orUsageError(() => {
          const { site } = findRouter(topology, options.router);
          const urls = apiUrls(options.apiUrl, site.name);
          return routerBundle(topology, options.router, {
            ...urls,
            ...(options.heartbeat !== undefined && { heartbeat: options.heartbeat }),
            programs: routerFiles(),
            version: PRODUCT_VERSION,
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
            `note: the package of the SSM agent has SHA-256 ${agent.sha256}; to verify it, use --agent-sha256\n`,
          );
        for (const note of bundle.notes) cli.io.stderr.write(`note: ${note}\n`);
        const { router } = findRouter(topology, options.router);
        if (router.creation !== undefined)
          cli.io.stderr.write(
            `note: the deployment creates ${router.name}, which installs its own bundle; this one has no addresses\n`,
          );
        else if (options.dryRun !== true && options.json !== true)
          cli.io.stderr.write(`next: ${installCommand(router, directory, options)}\n`);
        return exitCodes.done;
      }),
    );
  examples(command, [
    'vyos-failover router bundle topology.yaml --router tokyo-1 -o bundle/tokyo-1 --api-url https://a1b2c3.execute-api.ap-northeast-1.amazonaws.com',
    'vyos-failover router bundle topology.yaml --router tokyo-1 -o bundle/tokyo-1 --api-url URL --agent amazon-ssm-agent.deb',
    'scp -r bundle/tokyo-1 vyos@203.0.113.10: && ssh vyos@203.0.113.10 sudo ./tokyo-1/install',
  ]);
};

/** Copies the folder to the home directory of the router's user, and installs it there. */
function installCommand({ publicAddress }: Router, directory: string, { out }: Options): string {
  const host = shellWord(`vyos@${publicAddress}`);
  return `scp -r ${shellWord(out)} ${host}: && ssh ${host} sudo ${shellWord(`./${basename(directory)}/install`)}`;
}

function asJson({ files, programs, secrets, notes, agent }: Bundle, { router, dryRun }: Options, directory: string) {
  const listed = files.map(({ path, mode, content }) => ({
    path,
    mode: `0${mode.toString(8)}`,
    sha256: sha256(content),
  }));
  const listedAgent = agent === undefined ? [] : [{ ...agent, mode: `0${agent.mode.toString(8)}` }];
  return { router, directory, written: dryRun !== true, files: [...listed, ...listedAgent], programs, secrets, notes };
}

/** `SITE=URL` differs from `URL` by having no scheme before its `=`. */
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
      `--api-url has no URL of the router’s own site ${own}\n    hint: add its EventApiUrl`,
    );
  }
  return { apiUrl, witnessApis };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
