import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Topology } from '#topology/topology.ts';
import type { BootFile } from './boot-source.ts';

/**
 * The reason why the SSM agent's package of a topology cannot be used, as one sentence with the correction. Undefined: it can be
 * used, or the topology names none.
 *
 * @param folder the topology file's, to which `ssmAgent` is relative
 */
export function whyAgentUnusable({ ssmAgent }: Pick<Topology, 'ssmAgent'>, folder: string): string | undefined {
  if (ssmAgent === undefined) return undefined;
  try {
    readAgentPackage(resolve(folder, ssmAgent));
    return undefined;
  } catch (error) {
    return `ssmAgent: ${(error as Error).message}`;
  }
}

/**
 * The SSM agent's package of a topology, for an asset; undefined: the topology names none.
 *
 * @param folder the topology file's, to which `ssmAgent` is relative
 * @throws Error if the package cannot be read, or is none
 */
export function agentFile({ ssmAgent }: Pick<Topology, 'ssmAgent'>, folder: string): BootFile | undefined {
  if (ssmAgent === undefined) return undefined;
  const file = resolve(folder, ssmAgent);
  return { file, sha256: createHash('sha256').update(readAgentPackage(file)).digest('hex') };
}

/**
 * Reads the SSM agent's Debian package, which is an ar archive: deb(5). Its content is checked on the router, which has dpkg.
 *
 * @throws Error that says what to do, if the file cannot be read or is no package
 */
function readAgentPackage(file: string): Buffer {
  const content = read(file);
  if (content.subarray(0, 8).toString('latin1') === '!<arch>\n') return content;
  throw new Error(
    `${file} is not a Debian package. Download amazon-ssm-agent.deb again (docs/routers.md states from where); ` +
      'until then the topology cannot be deployed.',
  );
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(
      `${file} ${isMissing ? 'does not exist' : `cannot be read (${(error as Error).message})`}. Save the SSM agent’s package there ` +
        '(docs/routers.md states from where to download it; docs/created-sites.md has a stand-in for `emulate`); ' +
        'until then the topology cannot be deployed.',
      { cause: error },
    );
  }
}
