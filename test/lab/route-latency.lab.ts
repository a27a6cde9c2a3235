import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { processEnvironment } from '#cli/process-environment.ts';
import type { Flip } from '#cli/route-latency/readings.ts';
import { withAmazonLinux } from '#demo/amazon-linux.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import { launchHost } from '#lab/hosts/launched-host.ts';
import { whyNot } from '#lab/requirements.ts';
import { run } from '#lab/run.ts';
import { withHosts } from '#simulated-vyos/simulated-host.ts';
import { commandLine } from '../cli/command-line.ts';

const REGION = 'ap-northeast-1';
const LAB = 'meter';
/** What the instrument must find: EC2 answers after 60 ms, and packets follow 250 ms later. */
const [API_MS, DELAY_MS] = [60, 250];

const reason = whyNot();

describe.skipIf(reason !== undefined)(
  `route-latency with packets${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let emulator: Emulator;
    const faults: unknown[] = [];

    beforeAll(async () => {
      const nothing = { vpcs: [], subnets: [], interfaces: [], instances: [], routeTables: [] };
      emulator = await startEmulator({
        account: withAmazonLinux({ regions: { [REGION]: nothing } }),
        guests: withHosts(undefined, (machine) =>
          launchHost(machine, {
            lab: LAB,
            ec2: () => emulator.ec2,
            delayMs: DELAY_MS,
            onFault: (error) => void faults.push(error),
          }),
        ),
        ec2: { times: { pendingMs: 0, bootMs: 0, stoppingMs: 0, shuttingDownMs: 0 } },
      });
      emulator.faults.add({ kind: 'latency', service: 'ec2', action: 'ReplaceRoute', ms: API_MS });
      const { accessKeyId, secretAccessKey } = emulator.credentials.forUser();
      vi.stubEnv('AWS_ENDPOINT_URL', emulator.endpoint);
      vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
    });
    afterAll(async () => {
      await emulator.close();
      vi.unstubAllEnvs();
    });

    it('finds the API time and the delay of the data plane that it was given, and leaves no namespace', async () => {
      const environment = { ...processEnvironment(process.env), sleep: pause };
      const line = ['route-latency', 'tokyo', '--topology', 'tokyo-virginia.yaml', '--flips', '8', '--yes', '--json'];
      const { exitCode, stdout, stderr } = await commandLine(line, { environment });
      expect({ exitCode, faults, stderr, stdout }).toMatchObject({ exitCode: 0, faults: [] });
      const { flips } = JSON.parse(stdout) as { flips: readonly Flip[] };
      expect(flips).toHaveLength(8);
      process.stderr.write(`${flips.map(({ apiMs, delayMs, lost }) => `${apiMs}+${delayMs} (${lost})`).join(' ')}\n`);
      // The shortest ones: on a loaded machine others take longer.
      expect(Math.min(...flips.map(({ apiMs }) => apiMs))).toBeGreaterThanOrEqual(API_MS);
      expect(Math.min(...flips.map(({ apiMs }) => apiMs))).toBeLessThan(API_MS + 100);
      const delays = flips.map(({ delayMs }) => delayMs ?? Number.NaN);
      expect(Math.min(...delays)).toBeGreaterThan(DELAY_MS - 50);
      expect(Math.min(...delays)).toBeLessThan(DELAY_MS + 150);
      await expect.poll(() => run('ip', ['netns', 'list']), { timeout: 20_000 }).not.toContain(`vfl-${LAB}-`);
    });
  },
);

const pause = () => new Promise<void>((resolve) => void setTimeout(resolve, 1_000));
