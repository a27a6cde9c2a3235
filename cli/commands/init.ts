import { accessSync, constants, existsSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { nameFault } from '#topology/fields.ts';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { askOne, askSites, type Question, type SiteAnswers } from '../init/ask-sites.ts';
import { createdSite, type DraftedSite } from '../init/drafted-site.ts';
import { existingSite } from '../init/existing-site.ts';
import { topologyText } from '../init/topology-text.ts';
import { jsonOption } from '../options.ts';
import { cannotWrite } from '../output/cannot-write.ts';
import { CommandError } from '../output/command-error.ts';
import { counted } from '../output/counted.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { commandText } from '../output/next-command.ts';
import { PromptLines, requireTerminal } from '../prompt.ts';
import { explainingFaults } from '../transport/explaining-faults.ts';

interface Options {
  readonly name?: string;
  readonly fromVpc?: readonly string[];
  readonly router?: readonly string[];
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const DEFAULT_FILE = 'topology.yaml';
const DEFAULT_NAME = 'my-network';

/** `init [FILE]`: writes a topology file, from questions or from existing VPCs. */
export const init: AddCommand = (program, cli) => {
  const command = program
    .command('init')
    .helpGroup('Configure:')
    .summary('write a topology file, from questions or from existing VPCs')
    .description(
      'Write a topology file with comments. Without --from-vpc it asks for the sites. Values to be checked or replaced have a comment ' +
        'that begins with CHECK or REPLACE. Reads EC2 and changes nothing in AWS.',
    )
    .argument('[FILE]', 'file to write', DEFAULT_FILE)
    .option(
      '--from-vpc <VPC>',
      'an existing VPC: vpc-…@REGION (default: $AWS_REGION); repeat it, once for each site',
      repeated,
    )
    .option('--router <INSTANCE>', 'a router of these VPCs, where more than two instances forward; repeat it', repeated)
    .option('--name <NAME>', 'name of the topology')
    .option('--force', 'replace an existing file')
    .option('-n, --dry-run', 'print the file to stdout, without writing it')
    .option('-y, --yes', 'do not ask: two sites that the deployment creates')
    .option(...jsonOption)
    .action(cli.action((file: string, options: Options) => writeTopology(file, options, cli)));
  examples(command, [
    'vyos-failover init',
    'vyos-failover init --from-vpc vpc-0a1b2c3d@ap-northeast-1 --from-vpc vpc-0e1f2a3b@us-east-1',
    'vyos-failover init --yes --dry-run',
  ]);
};

/** Collect the sites → draft → check → write. */
async function writeTopology(file: string, options: Options, cli: Cli): Promise<ExitCode> {
  const { io } = cli;
  const path = resolve(io.cwd, file);
  if (options.dryRun !== true && options.force !== true && existsSync(path)) {
    throw new CommandError(
      exitCodes.usage,
      `${file} exists, and was not changed\n    hint: name another file, or use --force to replace it`,
    );
  }
  if (options.dryRun !== true) requireWritable(path, file);
  const { name, sites } = await requestedSites(options, cli);
  const drafted: DraftedSite[] = [];
  for (const [at, site] of sites.entries()) {
    const taken = new Set(drafted.flatMap(({ name: own, routers }) => [own, ...routers.map((each) => each.name)]));
    drafted.push(await draft(at + 1, site, taken, options, cli));
  }
  requireUsed(options.router ?? [], drafted);
  const text = topologyText(name, drafted);
  const { mistakes } = loadTopology(text, file);
  if (mistakes !== undefined) {
    throw new CommandError(
      exitCodes.usage,
      `${renderMistakes(mistakes)}\n${file} would have these mistakes, and was not written`,
    );
  }
  const toCheck = text.split('\n').filter((line) => /# (CHECK|REPLACE)/.test(line)).length;
  const written = options.dryRun !== true;
  if (written) write(path, file, text);
  if (options.json === true) writeJson(io.stdout, 'init', { file, written, toCheck, text });
  else if (written)
    io.stdout.write(
      `${file} is written: ${counted(sites.length, 'site')}. ${counted(toCheck, 'line')} to check or replace (grep -n "# CHECK\\|# REPLACE" ${file}).\n`,
    );
  else io.stdout.write(text);
  if (written) io.stderr.write(`next: ${commandText(['topology', 'validate', file])}\n`);
  return exitCodes.done;
}

/** @throws CommandError (exit code 2) without a terminal to ask on */
async function requestedSites(
  { fromVpc, name, yes }: Options,
  cli: Cli,
): Promise<{ readonly name: string; readonly sites: readonly SiteAnswers[] }> {
  if (fromVpc !== undefined) return { name: name ?? DEFAULT_NAME, sites: fromVpc.map((each) => placeOf(each, cli)) };
  if (yes === true) return { name: name ?? DEFAULT_NAME, sites: TWO_CREATED };
  requireTerminal(
    'the sites',
    'use --from-vpc VPC@REGION for existing routers, or --yes for two created sites',
    cli.io,
  );
  const lines = new PromptLines(cli.io);
  try {
    return {
      name: name ?? (await askOne(TOPOLOGY_NAME, lines, cli.io)),
      sites: await askSites(lines, cli.io),
    };
  } finally {
    await lines.end();
  }
}

const TOPOLOGY_NAME: Question = {
  text: 'Name of the topology',
  proposal: DEFAULT_NAME,
  fault: (answer) => nameFault('topology', answer),
};

const TWO_CREATED: readonly SiteAnswers[] = [
  { region: 'ap-northeast-1', name: 'tokyo', cidr: '10.1.0.0/16' },
  { region: 'us-east-1', name: 'virginia', cidr: '10.2.0.0/16' },
];

function placeOf(option: string, { io }: Cli): SiteAnswers {
  const [vpc = '', region = io.env['AWS_REGION'] ?? io.env['AWS_DEFAULT_REGION'] ?? ''] = option.split('@');
  if (/^vpc-[0-9a-f]+$/.test(vpc) && region !== '') return { vpc, region };
  throw new CommandError(
    exitCodes.usage,
    `--from-vpc ${option}: it must be vpc-…@REGION, or vpc-… with AWS_REGION set`,
  );
}

/** @throws CommandError (exit code 2): a mistyped instance would leave the choice to the rules, and the file would look right */
function requireUsed(named: readonly string[], drafted: readonly DraftedSite[]): void {
  const used = new Set(drafted.flatMap(({ routers }) => routers.map(({ existing }) => existing?.instance)));
  const unknown = named.find((instance) => !used.has(instance));
  if (unknown === undefined) return;
  throw new CommandError(
    exitCodes.usage,
    `--router ${unknown}: no VPC of --from-vpc has this instance with its source/dest check off\n    hint: aws ec2 describe-instances --instance-ids ${unknown} shows its VPC and its interfaces`,
  );
}

async function draft(
  nth: number,
  site: SiteAnswers,
  taken: ReadonlySet<string>,
  { router = [] }: Options,
  cli: Cli,
): Promise<DraftedSite> {
  const { region } = site;
  if (!('vpc' in site)) return createdSite(nth, site.name, region, site.cidr);
  const grant = 'grant ec2:DescribeVpcs, ec2:DescribeSubnets, ec2:DescribeInstances and ec2:DescribeRouteTables';
  const found = await explainingFaults({ service: 'EC2', region, grant }, cli, () =>
    cli.environment.cloud.describeVpc(region, site.vpc, cli.io.signal),
  );
  if (found !== undefined) return existingSite(nth, found, router, taken);
  throw new CommandError(
    exitCodes.usage,
    `there is no VPC ${site.vpc} in ${region}\n    hint: aws ec2 describe-vpcs --region ${region} lists them; name another Region as ${site.vpc}@REGION`,
  );
}

/** Before the questions: the answers would be lost. @throws CommandError (exit code 1) */
function requireWritable(path: string, file: string): void {
  try {
    // The slash: a file is no folder.
    accessSync(existsSync(path) ? path : `${dirname(path)}/`, constants.W_OK);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

function write(path: string, file: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
