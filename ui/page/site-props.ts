import type { PageState, SiteState } from '../contract.ts';
import type { Question } from './action-dialog.tsx';

/** What shows a site, or a part of it, gets. */
export interface SiteProps {
  readonly site: SiteState;
  readonly state: PageState;
  /** Opens the dialog of an action. */
  readonly ask: (question: Question) => void;
}
