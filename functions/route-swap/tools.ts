import type { Announcement } from '#aws/announcements.ts';
import type { ReplaceOutcome } from '#aws/route-tables.ts';
import type { Ec2Facts } from '#aws/routers.ts';
import type { SiteStore } from '#aws/site-store.ts';
import type { RouteFact } from '#failover/observation.ts';
import type { ManagedRoute, ManagedRouter, ManagedSite } from '#failover/site.ts';

/** All that a swap needs of the world. `handler.ts` makes it of AWS, tests make it of plain objects. */
export interface SwapTools {
  readonly site: ManagedSite;
  /** ms since the epoch. */
  now(): number;
  /** Resolves after so many ms. */
  sleep(ms: number): Promise<void>;
  /** Unique to this run. */
  readonly run: string;
  describeRoutes(routes: readonly ManagedRoute[]): Promise<readonly RouteFact[]>;
  describeRouters(routers: readonly ManagedRouter[]): Promise<Readonly<Record<string, Ec2Facts>>>;
  replaceRoute(route: ManagedRoute, eni: string): Promise<ReplaceOutcome>;
  readonly store: Pick<SiteStore, 'recall' | 'remember' | 'begin' | 'release' | 'answer' | 'record'>;
  announce(detailType: Announcement, detail: Readonly<Record<string, unknown>>): Promise<void>;
  /** One metric of the site; the unit is ms for names that end in `Ms`, otherwise a count. */
  readonly metric: (name: string, value: number) => void;
  readonly log: Log;
}

/** The part of Powertools' Logger that is used here. */
export interface Log {
  info(message: string, more: Record<string, unknown>): void;
  warn(message: string, more: Record<string, unknown>): void;
  error(message: string, more: Record<string, unknown>): void;
}
