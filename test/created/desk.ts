import { vi } from 'vitest';
import { processEnvironment } from '#cli/process-environment.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { commandLine, type Ended } from '../cli/command-line.ts';

/**
 * A command line of an operator, in this process and with the emulated AWS.
 *
 * @param topology path of its file
 * @param wait takes the place of the command's waits, and returns by how many ms its clock advances
 * @param signal the operator's Ctrl-C. Default: never
 */
export async function atDesk(
  { endpoint, credentials }: Emulator,
  line: readonly string[],
  topology: string,
  wait: (ms: number) => Promise<number>,
  signal?: AbortSignal,
): Promise<Ended> {
  let waited = 0;
  const { accessKeyId, secretAccessKey } = credentials.forUser();
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    VYOS_FAILOVER_TOPOLOGY: topology,
  };
  // The SDK takes them from nowhere else.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    const real = processEnvironment(env);
    const environment = {
      ...real,
      now: () => real.now() + waited,
      sleep: async (ms: number) => {
        waited += await wait(ms);
      },
    };
    return await commandLine(line, { env, cwd: process.cwd(), environment, ...(signal && { signal }) });
  } finally {
    vi.unstubAllEnvs();
  }
}
