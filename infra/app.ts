import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { App } from 'aws-cdk-lib';
import { APP_OPTIONS, addSiteStacks } from './site-stacks.ts';
import { VyosFailoverTopology } from './vyos-failover-topology.ts';

const HINT =
  '    hint: name the topology file, as in npx cdk deploy --all -c topology=FILE, or set VYOS_FAILOVER_TOPOLOGY\n';

/** Topology file in, stacks out. */
const app = new App(APP_OPTIONS);
const file = topologyFile(app);
const folder = dirname(file);
const text = orExit(() => readTopology(file), HINT);
const { _deployable } = orExit(() => VyosFailoverTopology.fromText(text, { fileName: file, folder }));
await addSiteStacks(app, _deployable.topology, folder);
app.synth();

/** The file named by `-c topology=FILE`, else VYOS_FAILOVER_TOPOLOGY, else topology.yaml. */
function topologyFile({ node }: App): string {
  const named: unknown = node.tryGetContext('topology');
  return typeof named === 'string' ? named : process.env.VYOS_FAILOVER_TOPOLOGY || 'topology.yaml';
}

function readTopology(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `${path}: no such file` : `${path} cannot be read: ${message}`, {
      cause: error,
    });
  }
}

/** Ends the process with the message of an error, and a hint. */
function orExit<Value>(read: () => Value, hint = ''): Value {
  try {
    return read();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${hint}`);
    process.exit(2);
  }
}
