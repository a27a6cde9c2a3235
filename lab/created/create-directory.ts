import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { down } from '../down.ts';
import { LabError } from '../lab-error.ts';
import { rootInForce } from '../root-enter.ts';
import { checkNotUp, encryptedOf, LABS, readToCreate, topologyOf, writeRoot } from '../state.ts';
import { IMAGES } from './empty-account.ts';

const AGENT = 'amazon-ssm-agent.deb';

/**
 * The directory of a lab whose topology is to be created: the topology, with an image of the lab's AWS, and a stand-in for the SSM
 * agent's package. Removes what a crashed lab of that name has left.
 *
 * @throws LabError for a mistake in the topology, for one with sites that exist, or where the lab is up already
 */
export async function createDirectory(name: string, file: string): Promise<void> {
  const { sites } = readToCreate(file);
  const existing = sites.filter(({ vpc, routers }) => !vpc.create || routers.active.creation === undefined);
  if (existing.length > 0)
    throw new LabError(
      `the lab creates whole sites only, and these exist: ${existing.map((each) => each.name).join(', ')}`,
    );
  checkNotUp(name);
  const directory = join(LABS, name);
  await down(name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(topologyOf(directory), withLabsImage(readFileSync(file, 'utf8')));
  writeFileSync(join(directory, AGENT), PACKAGE);
  writeFileSync(encryptedOf(directory), '');
  const root = rootInForce();
  if (root !== undefined) writeRoot(directory, root);
}

/** Whether the lab in this directory is one of `createDirectory`. */
export function isToCreate(directory: string): boolean {
  return existsSync(join(directory, AGENT));
}

/** To look up an image by its name CDK needs an account. */
function withLabsImage(text: string): string {
  const document = parseDocument(text);
  document.set('image', IMAGES.first);
  document.set('ssmAgent', AGENT);
  return document.toString({ lineWidth: 0 });
}

/** As much of it as `install` reads. */
const PACKAGE = '!<arch>\nPackage: amazon-ssm-agent\nVersion: 3.3.3000.0-1\nArchitecture: amd64\n';
