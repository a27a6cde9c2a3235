import type { Action } from './actions.ts';
import type { ActionResult, Entry, PageState } from './contract.ts';

/** What the page's server shows: a deployed topology, a demo or a lab. */
export interface LiveSource {
  readonly state: () => PageState;
  /** The timeline, oldest first; the source keeps the newest entries only. */
  readonly entries: () => readonly Entry[];
  /** Calls the listener after each change, until the returned function is called. The source may read nothing while nobody listens. */
  readonly onChange: (listener: () => void) => () => void;
  /** Carries out an action, or says why not. It does not throw. */
  readonly act: (action: Action) => Promise<ActionResult>;
}
