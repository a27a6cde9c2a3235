import { dirname, resolve } from 'node:path';
import { whyAgentUnusable } from '#infra/router-bundles/agent-package.ts';
import { isCreatedId } from '#topology/created-ids.ts';
import type { Mistake } from '#topology/mistakes.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Topology } from '#topology/topology.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import type { Io } from '../io.ts';
import { notesOn } from '../notes/topology-notes.ts';
import { jsonOption, topologyArgument, topologyOption } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { namedOnce, readTopology, topologyFile } from '../topology-file.ts';
import { renderTopology } from '../views/topology-summary.ts';

/** `topology validate [FILE]`: every mistake in a topology file, or a summary of it. Reads the files that it names, and nothing else. */
export const topologyValidate: AddCommand = (program, cli) => {
  const command = group(program, 'topology')
    .command('validate')
    .summary('check a topology file')
    .description('Check a topology file, and show all its mistakes or a summary.')
    .argument(...topologyArgument)
    .option(...topologyOption)
    .option(...jsonOption)
    .action(
      cli.action(async (argument: string | undefined, options: { topology?: string; json?: boolean }) => {
        const option = namedOnce(argument, options.topology);
        const { topology, mistakes = [] } = await readTopology(option, cli.io);
        const notes = topology === undefined ? [] : [...agentNote(topology, option, cli.io), ...notesOn(topology)];
        if (options.json === true) writeJson(cli.io.stdout, 'topology-validate', asJson(topology, mistakes, notes));
        else
          cli.io.stdout.write(
            `${topology === undefined ? renderMistakes(mistakes) : renderTopology(topology, cli.colours())}\n`,
          );
        if (options.json !== true) for (const note of notes) cli.io.stderr.write(`note: ${note}\n`);
        return topology === undefined ? exitCodes.usage : exitCodes.done;
      }),
    );
  examples(command, [
    'vyos-failover topology validate topology.yaml',
    'vyos-failover topology validate --json - < topology.yaml',
  ]);
};

/** A topology on standard input has no folder, in which the package could be looked for. */
function agentNote(topology: Topology, option: string | undefined, io: Io): readonly string[] {
  const file = topologyFile(option, io);
  const why = file === '-' ? undefined : whyAgentUnusable(topology, dirname(resolve(io.cwd, file)));
  return why === undefined ? [] : [why];
}

function asJson(topology: Topology | undefined, mistakes: readonly Mistake[], notes: readonly string[]) {
  if (topology === undefined) return { valid: false, mistakes };
  const { name, vyos, profile, sites, farEnds, tunnels } = topology;
  return {
    valid: true,
    mistakes,
    notes,
    topology: {
      name,
      vyos,
      profile,
      sites: sites.map((site) => ({
        name: site.name,
        region: site.region,
        asn: site.asn,
        vpc: { ...site.vpc, id: existing(site.vpc.id), cidr: site.vpc.cidrs[0] },
        frontSubnets: site.frontSubnets,
        routers: [site.routers.active, site.routers.standby].map((router) => ({
          ...router,
          eni: existing(router.eni),
          publicAddress: existing(router.publicAddress),
        })),
        routeTables: site.routeTables.map(({ id, destinations }) => ({
          id: existing(id),
          managedRoutes: destinations.length,
        })),
        detectors: site.detectors,
        policy: site.policy,
      })),
      farEnds,
      tunnels: tunnels.map(({ between, network }) => ({ between, network })),
    },
  };
}

/** Undefined, and so left out, for what the deployment creates: its id is in the outputs of its stacks. */
function existing(id: string): string | undefined {
  return isCreatedId(id) ? undefined : id;
}
