/** A deployment whose file was edited, and the two commands that compare and roll out, answered as JSON. */
import { readFileSync } from 'node:fs';
import { ChangingDeployment } from './changing-deployment.ts';
import { examplesFolder } from './command-line.ts';

export const FILE = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8');
export const ENI_1 = 'eni-0a1b2c3d4e5f60011';

interface View {
  readonly outcome: string;
  readonly says: string;
  readonly edits?: readonly { readonly says: string; readonly pendingAt: readonly string[] }[];
  readonly steps: readonly {
    readonly kind: string;
    readonly says: string;
    readonly command: string;
    readonly costs: readonly string[];
  }[];
  readonly refusals?: readonly string[];
  readonly notes?: readonly string[];
  readonly next?: string | null;
}

export async function ask(deployment: ChangingDeployment, line: readonly string[], around = {}) {
  const { exitCode, stdout, stderr } = await deployment.run([...line, '--json'], around);
  return { exitCode, stderr, view: JSON.parse(stdout) as View };
}
export const changes = (deployment: ChangingDeployment) => ask(deployment, ['changes']);
export const rollout = (deployment: ChangingDeployment, ...more: readonly string[]) =>
  ask(deployment, ['rollout', '--yes', ...more]);
export const kinds = ({ view }: { readonly view: View }) => view.steps.map(({ kind }) => kind);

/** Deployed from `text`, and then edited. */
export function edited(edit: (text: string) => string, text = FILE): ChangingDeployment {
  const deployment = new ChangingDeployment(text);
  deployment.write(edit(text));
  return deployment;
}
