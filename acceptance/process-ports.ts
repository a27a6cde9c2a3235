import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as account from '#aws/account.ts';
import { deleteTable } from '#aws/delete-table.ts';
import * as power from '#aws/instance-power.ts';
import { listTables } from '#aws/list-tables.ts';
import { deleteParameter } from '#aws/parameters.ts';
import * as script from '#aws/run-script.ts';
import { createStack, deleteStack, describeStack, lastOperation } from '#aws/stacks.ts';
import { deployStacks } from '#cli/deploy-stacks.ts';
import { processEnvironment } from '#cli/process-environment.ts';
import { run } from '#cli/run.ts';
import type { AcceptanceCloud, AcceptancePorts, CliEnd } from './ports.ts';
import { StepFailed } from './run-context.ts';

export const awsCloud: AcceptanceCloud = {
  ...account,
  ...power,
  ...script,
  createStack,
  deleteStack,
  describeStack,
  lastOperation,
  deleteParameter,
  deleteTable,
  listTables,
};

/**
 * A run of this process: AWS as configured by its variables, and files below a folder.
 *
 * @param out the folder
 */
export function processPorts(out: string): AcceptancePorts {
  return {
    cloud: awsCloud,
    cli: runCli,
    deploy: (file, signal) => deployAll(file, join(resolve(out), 'cdk.out'), signal),
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question);
      } catch {
        return undefined;
      } finally {
        lines.close();
      }
    },
    show: (line) => void process.stderr.write(`${line}\n`),
    write(name, text) {
      const file = join(out, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    now: Date.now,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    newId: randomUUID,
    endpoint: process.env['AWS_ENDPOINT_URL'] ?? null,
  };
}

/** In this process: an operator's command line with the same environment. */
async function runCli(line: readonly string[], topologyFile: string, signal: AbortSignal): Promise<CliEnd> {
  let stdout = '';
  const env = { ...process.env, VYOS_FAILOVER_TOPOLOGY: topologyFile };
  const io = {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: process.stderr,
    stdin: process.stdin,
    env,
    cwd: process.cwd(),
    signal,
  };
  const exitCode = await run([...line, '--json'], io, processEnvironment(env));
  return { exitCode, view: parsed(stdout) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function deployAll(file: string, output: string, signal: AbortSignal): Promise<void> {
  const status = await deployStacks({ file: resolve(file), output, signal }, process.env);
  signal.throwIfAborted();
  if (status !== 0) throw new StepFailed(`cdk deploy ended with ${status}; its output has the reason`);
}
