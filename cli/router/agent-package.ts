import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';

export interface AgentPackage {
  /** Absolute. */
  readonly file: string;
  readonly sha256: string;
}

interface Options {
  readonly agent?: string;
  readonly agentSha256?: string;
}

/**
 * The SSM agent's package that `--agent` names. A Debian package is an archive of ar (deb(5)); what is in it is looked at on
 * the router, which has dpkg.
 *
 * @throws CommandError for a file that is none, or another one than `--agent-sha256` says
 */
export function readAgentPackage({ agent, agentSha256 }: Options, cwd: string): AgentPackage | undefined {
  if (agent === undefined) {
    if (agentSha256 === undefined) return undefined;
    throw new CommandError(exitCodes.usage, '--agent-sha256 says what --agent FILE must be, and there is no --agent');
  }
  const file = resolve(cwd, agent);
  const content = readPackage(file);
  if (content.subarray(0, 8).toString('latin1') !== '!<arch>\n') {
    const hint = 'take amazon-ssm-agent.deb, as docs/routers.md says';
    throw new CommandError(exitCodes.usage, `${agent} is no Debian package\n    hint: ${hint}`);
  }
  const hash = createHash('sha256').update(content).digest('hex');
  if (agentSha256 === undefined || agentSha256.toLowerCase() === hash) return { file, sha256: hash };
  throw new CommandError(
    exitCodes.usage,
    `${agent} is another package than --agent-sha256 says: its SHA-256 is ${hash}\n` +
      '    hint: fetch it again, and verify its signature (docs/routers.md)',
  );
}

function readPackage(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/, open .*$/, '') : String(error);
    const hint = 'fetch it as docs/routers.md says, and name the file';
    throw new CommandError(exitCodes.usage, `${file} cannot be read: ${why}\n    hint: ${hint}`, { cause: error });
  }
}
