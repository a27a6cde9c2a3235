import { type Edit, type EditKind, siteOfEdit } from '#topology/edits/edit.ts';
import type { PendingEdit } from '#topology/edits/pending-edits.ts';

/** The edits of some kinds that belong to a site. */
export function editsAt<Kind extends EditKind>(
  site: string,
  edits: readonly PendingEdit[],
  kinds: readonly Kind[],
): readonly (Edit & { readonly kind: Kind })[] {
  return editsOf(edits, kinds).filter((edit) => siteOfEdit(edit) === site);
}

/** The edits of some kinds. */
export function editsOf<Kind extends EditKind>(
  edits: readonly PendingEdit[],
  kinds: readonly Kind[],
): readonly (Edit & { readonly kind: Kind })[] {
  const wanted: ReadonlySet<EditKind> = new Set(kinds);
  return edits.map(({ edit }) => edit).filter((edit): edit is Edit & { readonly kind: Kind } => wanted.has(edit.kind));
}
