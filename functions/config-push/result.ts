/** What one step of a push led to. */
export interface PushResult {
  /**
   * `pushed`: `router` has its new configuration; while anything remains, ask again. `held`: it runs it and is well, and
   * has the old one again by `revertsAt`, unless it is confirmed. `unchanged`: all routers have what they should.
   * `refused`: no configuration was tried. `undone`: tried, and the old configuration is there again. `unknown`: the
   * router does not answer; `revertsAt` is the time by which it has the old one. `broken`: a person must act.
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
  /** Every router of the site that this step knows something of. */
  readonly routers: readonly RouterState[];
  /** What was done about an interrupted push before anything else; undefined: nothing had to be. */
  readonly settled?: Settled | undefined;
}

/**
 * What a router runs and boots with. `new`: what the pushed topology says. `old`: what it had before this push. `mixed`:
 * parts of both, or daemons that differ from the configuration.
 */
export interface RouterState {
  readonly name: string;
  readonly runs: 'new' | 'old' | 'mixed' | 'unknown';
  readonly boots: 'new' | 'old' | 'unknown';
  /** ms since the epoch: by then it runs `old` again, unless it is confirmed. */
  readonly revertsAt?: number | undefined;
  /** One clause. */
  readonly says?: string | undefined;
}

/** How an interrupted push was brought to an end. */
export interface Settled {
  readonly router: string;
  /** `unknown`: the router cannot tell, or does not answer. */
  readonly end: 'undone' | 'confirmed' | 'unknown' | 'broken';
  readonly says: string;
}
