import type { AddCommand } from '../cli.ts';

/**
 * Every command, in the order of the help, after the first word of its command line. Loading all of them takes half the
 * processor time of a start, so each is loaded for its word only.
 */
const COMMANDS: readonly (readonly [word: string, load: () => Promise<AddCommand>])[] = [
  ['status', async () => (await import('./status.ts')).status],
  ['explain', async () => (await import('./explain.ts')).explain],
  ['history', async () => (await import('./history.ts')).history],
  ['report', async () => (await import('./report.ts')).report],
  ['plan', async () => (await import('./plan.ts')).plan],
  ['connectivity', async () => (await import('./connectivity.ts')).connectivity],
  ['route-latency', async () => (await import('./route-latency.ts')).routeLatency],
  ['ui', async () => (await import('./ui.ts')).ui],
  ['doctor', async () => (await import('./doctor.ts')).doctor],
  ['switchover', async () => (await import('./switchover.ts')).switchover],
  ['failback', async () => (await import('./failback.ts')).failback],
  ['pause', async () => (await import('./pause.ts')).pause],
  ['resume', async () => (await import('./resume.ts')).resume],
  ['acknowledge', async () => (await import('./acknowledge.ts')).acknowledge],
  ['maintenance', async () => (await import('./maintenance.ts')).maintenance],
  ['drill', async () => (await import('./drill.ts')).drill],
  ['upgrade', async () => (await import('./upgrade.ts')).upgrade],
  ['destroy', async () => (await import('./destroy.ts')).destroy],
  ['init', async () => (await import('./init.ts')).init],
  ['topology', async () => (await import('./topology-validate.ts')).topologyValidate],
  ['topology', async () => (await import('./topology-graph.ts')).topologyGraph],
  ['topology', async () => (await import('./topology-security-groups.ts')).topologySecurityGroups],
  ['cost', async () => (await import('./cost.ts')).cost],
  ['changes', async () => (await import('./changes.ts')).changes],
  ['rollout', async () => (await import('./rollout.ts')).rollout],
  ['addresses', async () => (await import('./addresses.ts')).addresses],
  ['config', async () => (await import('./config-render.ts')).configRender],
  ['config', async () => (await import('./config-diff.ts')).configDiff],
  ['config', async () => (await import('./config-push.ts')).configPush],
  ['secrets', async () => (await import('./secrets-check.ts')).secretsCheck],
  ['secrets', async () => (await import('./secrets-create.ts')).secretsCreate],
  ['router', async () => (await import('./router-bundle.ts')).routerBundleCommand],
  ['router', async () => (await import('./router-install.ts')).routerInstall],
  ['completion', async () => (await import('./completion.ts')).completion],
  ['emulate', async () => (await import('./emulate.ts')).emulate],
];

/**
 * The commands of the first word of a command line; to complete one, also `completion`. All of them where it is none of theirs: for help,
 * completion and suggestions. None for the version.
 */
export async function commandsFor(argv: readonly string[]): Promise<readonly AddCommand[]> {
  if (argv[0] === '--version' || argv[0] === '-V') return [];
  const isCompleting = argv[0] === 'complete';
  // `complete -- WORDS`, of which the last one is incomplete.
  const first = (isCompleting ? argv.slice(2, -1) : argv).find((word) => !word.startsWith('-'));
  const isKnown = COMMANDS.some(([word]) => word === first);
  const needed = COMMANDS.filter(([word]) => !isKnown || word === first || (isCompleting && word === 'completion'));
  return Promise.all(needed.map(([, load]) => load()));
}
