/** One fault, and what to do about it. */
export interface Found {
  /** Name of a site, router, route or tunnel's key. */
  readonly where: string;
  /** A clause: what is wrong. */
  readonly says: string;
  /** A sentence: what to do. */
  readonly remedy: string;
}

/** What a check found. `unchecked`: why it could not examine everything, as a clause. */
export interface Outcome {
  readonly found: readonly Found[];
  readonly unchecked?: string | undefined;
}

/** A fact that may not be readable. `why`: a clause. */
export type Read<Fact> = { readonly ok: true; readonly fact: Fact } | { readonly ok: false; readonly why: string };

/** What a check finds in a fact; unchecked if the fact could not be read. */
export function whenRead<Fact>(read: Read<Fact>, find: (fact: Fact) => readonly Found[]): Outcome {
  return read.ok ? { found: find(read.fact) } : { found: [], unchecked: read.why };
}
