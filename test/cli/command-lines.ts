/** A complete line of a command, and which wrong input it can have. */
export interface CommandLine {
  readonly line: string;
  /** It reads no topology file. */
  readonly withoutFile?: true;
  /** It calls nothing of AWS. */
  readonly withoutAws?: true;
  /** Exit code if AWS cannot be read. Default: 1. 3: the fault is a finding of the result. */
  readonly onFault?: 3;
}

/** The commands that are tested against `AskedSite`. */
export const OF_A_SITE = [
  'status tokyo',
  'explain tokyo',
  'history tokyo',
  'plan tokyo',
  'switchover tokyo --to tokyo-2 --reason x --yes',
  'failback tokyo --reason x --yes',
  'pause tokyo --for 30m --reason x --yes',
  'resume tokyo --yes',
  'maintenance on tokyo tokyo-2 --reason x --yes',
  'maintenance off tokyo tokyo-2 --reason x --yes',
] as const;

/** All other commands. */
export const OTHERS: readonly CommandLine[] = [
  { line: 'history --site all' },
  { line: 'report run-1 --site tokyo' },
  { line: 'report run-1' },
  { line: 'connectivity tokyo', onFault: 3 },
  { line: 'ui', withoutAws: true },
  { line: 'doctor tokyo', onFault: 3 },
  { line: 'acknowledge tokyo --reason x --yes' },
  { line: 'acknowledge run-1 --site tokyo --reason x --yes' },
  { line: 'route-latency tokyo --yes' },
  { line: 'drill tokyo --yes' },
  { line: 'drill tokyo --history' },
  { line: 'upgrade tokyo --yes --topology created.yaml' },
  { line: 'destroy --site tokyo --yes' },
  { line: 'init none/topology.yaml --from-vpc vpc-0a1b2c3d@us-east-1 --dry-run', withoutFile: true },
  { line: 'topology validate', withoutAws: true },
  { line: 'topology graph', withoutAws: true },
  { line: 'topology security-groups', withoutAws: true },
  { line: 'cost', withoutAws: true },
  { line: 'changes --site tokyo' },
  { line: 'rollout --site tokyo --yes' },
  { line: 'addresses --topology created.yaml' },
  { line: 'config render --router tokyo-1', withoutAws: true },
  { line: 'config diff --router tokyo-1' },
  { line: 'config push --site tokyo --yes' },
  { line: 'secrets check' },
  { line: 'secrets create --yes' },
  { line: 'router bundle --router tokyo-1 -o bundle --api-url https://a.example --dry-run', withoutAws: true },
  { line: 'router install tokyo --yes' },
  { line: 'completion bash', withoutFile: true, withoutAws: true },
  { line: 'emulate', withoutAws: true },
];
