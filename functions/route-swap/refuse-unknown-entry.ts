import type { SiteRequest } from '#contracts/route-swap-requests.ts';
import type { SwapPorts } from './ports.ts';

/** How many entries are searched, newest first: as many as the command line searches. */
const ENTRIES = 1000;

/** Why an acknowledgement is refused: the history has no entry with its id; undefined: it is another request, or the history has it. */
export async function refuseUnknownEntry(
  act: SiteRequest,
  { store, site }: Pick<SwapPorts, 'store' | 'site'>,
): Promise<string | undefined> {
  if (act.action !== 'acknowledge' || act.id === undefined) return undefined;
  const entries = await store.history(ENTRIES);
  if (entries.some(({ id }) => id === act.id)) return undefined;
  return `${site.name} has no entry ${act.id} among the last ${ENTRIES} of its history. Nothing was acknowledged; without an id, the present condition is.`;
}
