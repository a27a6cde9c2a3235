import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';

/**
 * Everything that must hold before a change lands, in the order of what it costs: `npm run check`. All steps run even
 * if one fails, so that one run shows every fault. Ends with 1 if any failed.
 */
interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Runs only where the program is there: it comes neither with npm nor with every machine. */
  readonly ifPresent?: boolean;
}

/** Every shell script there that is a program; they name their libraries themselves. */
const ROUTER_PROGRAMS = readdirSync('router')
  .map((name) => `router/${name}`)
  .filter((file) => statSync(file).isFile() && /^#!.*sh\n/.test(readFileSync(file, 'utf8')));

/** Of every kind of stack. */
const TEMPLATES = ['tokyo*', 'slack--*'].map((stack) => `cdk.out/examples/*/*--${stack}.template.json`);

const STEPS: readonly Step[] = [
  { name: 'format', command: ['biome', 'ci', '.'] },
  { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'shellcheck', command: ['shellcheck', '-x', ...ROUTER_PROGRAMS, '.ci/run'], ifPresent: true },
  { name: 'tests', command: ['npm', 'test'] },
  { name: 'package', command: ['npm', 'run', '--silent', 'test:package'] },
  { name: 'synth and cdk-nag', command: ['npm', 'run', '--silent', 'synth'] },
  // W3005: a dependency that CDK itself writes out although a reference already implies it. W2506 and W3010: acknowledged where they are
  // caused (router-stack.ts, created-vpc.ts). Stacks of other sites have the same kinds.
  {
    name: 'cfn-lint',
    command: ['cfn-lint', '--ignore-checks', 'W3005', 'W2506', 'W3010', '--', ...TEMPLATES],
    ifPresent: true,
  },
];

const results = STEPS.map((step) => ({ ...step, ...run(step) }));
process.stdout.write('\n');
for (const { name, outcome, seconds } of results) {
  process.stdout.write(`${outcome.padEnd(8)} ${`${seconds.toFixed(1)} s`.padStart(8)}  ${name}\n`);
}
const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
process.stdout.write(`check: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`);
process.exitCode = count('failed') > 0 ? 1 : 0;

function run({ name, command: [program = '', ...args], ifPresent }: Step): { outcome: string; seconds: number } {
  const began = performance.now();
  process.stdout.write(`\n== ${name}: ${program} ${args.slice(0, 4).join(' ')}\n`);
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  const absent = error !== undefined && 'code' in error && error.code === 'ENOENT';
  if (absent && ifPresent) process.stdout.write(`${program} is not installed: skipped\n`);
  const outcome = status === 0 ? 'passed' : absent && ifPresent ? 'skipped' : 'failed';
  return { outcome, seconds: (performance.now() - began) / 1000 };
}
