/** What one step of a push led to. */
export interface PushResult {
  /**
   * `pushed`: `router` has its new configuration; while anything remains, ask again. `held`: it runs it and is well, and
   * has the old one again by the time that `says` has, unless it is confirmed. `unchanged`: all routers have what they
   * should. `refused`: nothing was changed. `undone`: tried, and the old configuration is there again. `unknown`: the
   * router does not answer; `says` has the time by which it has the old one. `broken`: a person must look.
   */
  readonly outcome: 'pushed' | 'held' | 'unchanged' | 'refused' | 'undone' | 'unknown' | 'broken';
  /** For programs. */
  readonly reason: string;
  /** For people: which configuration the router has. */
  readonly says: string;
  readonly site: string;
  /** The router in question, if it is one. */
  readonly router: string | undefined;
  /** Routers that still have another configuration than they should. */
  readonly remaining: readonly string[];
}
