import type { PushJournal } from '#contracts/push-journal.ts';
import type { RequestProgress } from '#contracts/request-progress.ts';
import { isUnderWay } from '#functions/is-under-way.ts';
import type { SwapPorts } from './ports.ts';

/** How far a request to config-push has come. */
export async function requestProgress(
  id: string,
  { pushRequest, pushJournal, now }: Pick<SwapPorts, 'pushRequest' | 'pushJournal' | 'now'>,
): Promise<RequestProgress> {
  const kept = await pushRequest(id);
  if (kept?.answer !== undefined) return { state: 'ended', ...kept.answer };
  if (kept === undefined || !isUnderWay(kept, now())) return { state: 'unknown' };
  // That the request is under way is known without the journal.
  const journal = await pushJournal().catch(() => undefined);
  const says = journal?.run === kept.run ? stepIn(journal) : undefined;
  return { state: 'under-way', ...(says !== undefined && { says }) };
}

function stepIn({ applying, installing }: PushJournal): string | undefined {
  if (installing !== undefined) return `${installing.router} installs the deployed programs, and its BGP is verified`;
  if (applying === undefined) return undefined;
  const { router, state } = applying;
  switch (state) {
    case 'applying':
      return `${router} gets its configuration, and its BGP is verified`;
    case 'held':
      return `${router} has its configuration and waits for its far ends`;
    case 'confirming':
      return `${router} is verified, and saves its configuration`;
    case 'broken':
      return `${router} could not restore its old configuration`;
  }
}
