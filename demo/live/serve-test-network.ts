import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeployedSource } from '#cli/live-page/deployed-source.ts';
import type { RunCommand } from '#cli/live-page/status-stream.ts';
import { commandText } from '#cli/output/next-command.ts';
import { processEnvironment } from '#cli/process-environment.ts';
import { run } from '#cli/run.ts';
import type { Topology } from '#topology/topology.ts';
import { servePage } from '#ui/server/serve-page.ts';
import type { TestNetwork } from '#ui/test-network.ts';

export interface ServedTestNetwork {
  readonly topology: Topology;
  /** Of the topology. */
  readonly file: string;
  /** The emulated AWS, and an operator's keys. */
  readonly aws: { readonly endpoint: string; readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly network: TestNetwork;
  readonly port: number;
}

/** Serves the page of a demo or a lab: the same as of a deployment, with the network that can be broken. */
export function serveTestNetwork({ topology, file, aws, network, port }: ServedTestNetwork) {
  // The SDK reads its configuration from the variables of the process.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: aws.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
    AWS_REGION: topology.sites[0]?.region,
  });
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) delete process.env[name];
  const environment = processEnvironment(process.env);
  const silent = { write: () => true };
  const runCommand: RunCommand = (argv, streams) =>
    run(
      [...argv, '--topology', resolve(file)],
      { stdout: silent, stderr: silent, stdin: Readable.from([]), env: process.env, cwd: process.cwd(), ...streams },
      environment,
    );
  const source = new DeployedSource({
    next: (...words) => commandText(words),
    topology,
    run: runCommand,
    everyS: 1,
    mayOperate: true,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    testNetwork: network,
  });
  return servePage(source, port);
}
