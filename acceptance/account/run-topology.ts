import { parseDocument } from 'yaml';

/** Name of the deployed topology: its stacks, keys and parameters belong to acceptance runs and to nothing else. */
export const RUN_NAME = 'acceptance';

/**
 * The text of a topology file under the name of a run. Pure.
 *
 * @param agent path of the SSM agent's package, absolute
 * @param images `ami-…` by site: fixed, so that the deployment looks nothing up
 */
export function runTopology(text: string, agent: string | undefined, images: Readonly<Record<string, string>>): string {
  const document = parseDocument(text, { merge: true, resolveKnownTags: false, stringKeys: true });
  document.set('name', RUN_NAME);
  if (agent !== undefined) document.set('ssmAgent', agent);
  for (const [site, image] of Object.entries(images)) document.setIn(['sites', site, 'image'], image);
  return document.toString({ lineWidth: 0 });
}
