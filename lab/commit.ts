/** A router's simulated VyOS runs this in a commit: `node lab/commit.ts LAB ROUTER`, with the new configuration on stdin. */
import { text } from 'node:stream/consumers';
import { commitConfig } from './commit-config.ts';
import { routersOf } from './plan.ts';
import { readPlan } from './state.ts';

const [lab = '', name = ''] = process.argv.slice(2);
const router = routersOf(readPlan(lab)).find((each) => each.router.name === name);
try {
  if (router === undefined) throw new Error(`lab "${lab}" has no router "${name}"`);
  await commitConfig(router, (await text(process.stdin)).split('\n').filter(Boolean));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
