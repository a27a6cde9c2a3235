import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';

interface AgentPackage {
  /** Absolute path. */
  readonly file: string;
  readonly sha256: string;
}

interface Options {
  readonly agent?: string;
  readonly agentSha256?: string;
}

/**
 * Reads the SSM agent's package given with `--agent`. A Debian package is an ar archive (deb(5)); its content is checked on
 * the router, which has dpkg.
 *
 * @throws CommandError (exit code 2) if the file is not a package, or its hash is not `--agent-sha256`
 */
export function readAgentPackage({ agent, agentSha256 }: Options, cwd: string): AgentPackage | undefined {
  if (agent === undefined) {
    if (agentSha256 === undefined) return undefined;
    throw new CommandError(exitCodes.usage, '--agent-sha256 requires --agent FILE');
  }
  const file = resolve(cwd, agent);
  const content = readPackage(file);
  if (content.subarray(0, 8).toString('latin1') !== '!<arch>\n') {
    const hint = 'use amazon-ssm-agent.deb as described in docs/routers.md';
    throw new CommandError(exitCodes.usage, `${agent} is not a Debian package\n    hint: ${hint}`);
  }
  const hash = createHash('sha256').update(content).digest('hex');
  if (agentSha256 === undefined || agentSha256.toLowerCase() === hash) return { file, sha256: hash };
  throw new CommandError(
    exitCodes.usage,
    `${agent} does not match --agent-sha256: its SHA-256 is ${hash}\n` +
      '    hint: download it again and verify its signature (docs/routers.md)',
  );
}

function readPackage(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/, open .*$/, '') : String(error);
    const hint = 'download it as described in docs/routers.md, and give its path';
    throw new CommandError(exitCodes.usage, `${file} cannot be read: ${why}\n    hint: ${hint}`, { cause: error });
  }
}
