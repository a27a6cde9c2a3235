import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { History } from '#contracts/history.ts';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { bundleFiles, zipped } from '../doctor/bundle.ts';
import { type DiagnosedSite, diagnoseSites } from '../doctor/diagnose.ts';
import { CHECKS } from '../doctor/registry.ts';
import { type QueryOptions, queryOptions } from '../options.ts';
import { cannotWrite } from '../output/cannot-write.ts';
import { CommandError } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireSite } from '../require-name.ts';
import { requireDeployedTopology, type TopologyText } from '../topology-file.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { showDiagnosed } from '../views/doctor-view.ts';

interface Options extends QueryOptions {
  readonly bundle?: string;
}

/** `doctor [SITE]`: examines sites and their routers, and names each fault with its remedy. Exit code 3 if there is one. */
export const doctor: AddCommand = (program, cli) => {
  const command = program
    .command('doctor')
    .helpGroup('Inspect:')
    .summary('examine a site and its routers, and name each fault with its remedy')
    .description(
      'Examine routes, interfaces, routers, keys, permissions, security groups and subscriptions. Each finding has its remedy (docs/doctor.md). Changes nothing.',
    )
    .argument('[SITE]', 'examine this site only (default: all sites)')
    .option('--bundle <FILE>', 'write a ZIP archive for support, without secrets')
    .action(
      cli.action(async (name: string | undefined, options: Options) => {
        const read = await requireDeployedTopology(options.topology, cli);
        const { topology } = read;
        const asked = name === undefined ? topology.sites : [requireSite(topology, name)];
        cli.io.stderr.write(`Examining ${asked.map((site) => site.name).join(', ')} …\n`);
        const sites = await diagnoseSites(read, asked, cli);
        if (options.bundle !== undefined) await writeBundle(options.bundle, read, sites, cli);
        return show(sites, topology.name, options, cli);
      }),
    );
  queryOptions(command);
  examples(command, [
    'vyos-failover doctor tokyo',
    'vyos-failover doctor --bundle support.zip',
    'vyos-failover doctor --json | jq -r ".sites[].findings[] | .id + \\" \\" + .where"',
  ]);
};

function show(sites: readonly DiagnosedSite[], topology: string, { json }: Options, { io, colours }: Cli): ExitCode {
  const isWell = sites.every(({ findings, unchecked }) => findings.length === 0 && unchecked.length === 0);
  if (json === true) {
    const shown = sites.map(({ name, region, findings, unchecked }) => ({ name, region, findings, unchecked }));
    const checks = CHECKS.map(({ id, severity }) => ({ id, severity }));
    writeJson(io.stdout, 'doctor', { version: PRODUCT_VERSION, topology, healthy: isWell, checks, sites: shown });
  } else io.stdout.write(sites.map((site) => `${showDiagnosed(site, colours())}\n`).join('\n'));
  return isWell ? exitCodes.done : exitCodes.attention;
}

const HISTORY_ENTRIES = 100;

async function writeBundle(
  file: string,
  { topology, text }: TopologyText,
  sites: readonly DiagnosedSite[],
  { io, environment }: Cli,
): Promise<void> {
  const by = { environment, signal: io.signal };
  const entries = await Promise.all(
    sites.map(async ({ name, facts }) => {
      if (facts === undefined) return [];
      const siteRef = { topology, site: requireSite(topology, name) };
      const history = await invokeSite(siteRef, { action: 'history', limit: HISTORY_ENTRIES }, History, by).catch(
        (error: unknown) => {
          if (!(error instanceof CommandError)) throw error;
          io.stderr.write(`note: the archive has no history of ${name}: ${error.message}\n`);
        },
      );
      return history === undefined ? [] : [[name, history] as const];
    }),
  );
  const at = environment.now();
  const content = {
    version: PRODUCT_VERSION,
    at,
    topology: text,
    sites,
    histories: Object.fromEntries(entries.flat()),
  };
  try {
    writeFileSync(resolve(io.cwd, file), zipped(bundleFiles(content), at), { mode: 0o600 });
  } catch (error) {
    throw cannotWrite(file, error);
  }
  io.stderr.write(`${file} written: read it before you send it\n`);
}
