import { globSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { z } from 'zod';
import type { StackArtifact } from '#emulator/assembly.ts';
import type { Bundling } from './report.ts';

/** Code of a function, ready to be imported. */
export interface Bundle {
  readonly function: string;
  readonly bundling: Bundling;
  readonly entry: string;
  /** What the code must find in its environment to be imported. */
  readonly environment: Readonly<Record<string, string>>;
  readonly bytes: number;
}

const lambdaFunction = z.object({
  Code: z.object({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The functions of a stack as they are deployed, and the same bundled as CDK's NodejsFunction does by default. */
export function bundlesOf({ template, assets }: StackArtifact, scratch: string): Bundle[] {
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  return functions.flatMap(({ Properties }): Bundle[] => {
    const { Code, Environment } = lambdaFunction.parse(Properties);
    const name = String(Environment.Variables.POWERTOOLS_SERVICE_NAME);
    const deployed = assets.get(Code.S3Key) ?? '';
    const byDefault = join(scratch, name);
    const environment = { ...texts(Environment.Variables), LAMBDA_TASK_ROOT: deployed, AWS_REGION: 'us-east-1' };
    return [
      { function: name, bundling: 'ours', entry: join(deployed, 'index.mjs'), environment, bytes: sizeOf(deployed) },
      {
        function: name,
        bundling: 'cdk-default',
        entry: bundledByDefault(name, byDefault),
        environment,
        bytes: sizeOf(byDefault),
      },
    ];
  });
}

/** References are resolved at deployment; for an import any text will do. */
function texts(variables: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [key, typeof value === 'string' ? value : key]),
  );
}

/**
 * As https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs-readme.html has it for Node 18 and later:
 * CommonJS, not minified, `main` before `module`, the SDK left to the runtime.
 */
function bundledByDefault(name: string, outdir: string): string {
  mkdirSync(outdir, { recursive: true });
  const outfile = join(outdir, 'index.js');
  buildSync({
    entryPoints: [join(ROOT, 'functions', name, 'handler.ts')],
    outfile,
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['main', 'module'],
    external: ['@aws-sdk/*', '@smithy/*'],
    logLevel: 'warning',
  });
  return outfile;
}

function sizeOf(directory: string): number {
  return globSync('**/*.{js,mjs}', { cwd: directory }).reduce(
    (sum, file) => sum + statSync(join(directory, file)).size,
    0,
  );
}
