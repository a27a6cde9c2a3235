import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loaded } from './site-under-test.ts';

export const SLACK = { workspace: 'T0123ABCD', channel: 'C0123ABCD' };

const text = `${readFileSync('examples/tokyo-virginia.yaml', 'utf8').replace(
  '    instanceRole: tokyo-router',
  '    instanceRole: tokyo-router\n    createRoutes: true',
)}
notify: { email: [on-call@example.com], slack: { workspace: ${SLACK.workspace}, channel: ${SLACK.channel} } }
`;

/** The example, whose deployment creates Tokyo's routes, and which sends messages. One topology: each one takes a synthesis. */
export const exampleWithOptions = loaded(text, 'example-with-options.yaml');

/** Its file; `remove` when done. */
export function fileWithOptions(): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-options-'));
  const path = join(folder, 'example-with-options.yaml');
  writeFileSync(path, text);
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
