import type { RouteFact } from '#failover/observation.ts';

/** A managed route that is not ours to move: the command line's own type, part of several `--json`. */
export interface ForeignRoute {
  readonly table: string;
  readonly destination: string;
  readonly target: string | null;
  readonly state: string;
  readonly origin: string | null;
  readonly says: string;
}

export function describeForeign({ table, destination, target, state, origin }: RouteFact): ForeignRoute {
  const where =
    target === undefined
      ? 'there is no such route'
      : origin === 'static' || origin === undefined
        ? `it points at ${target}`
        : `it is ${origin} (${target}), not static`;
  const says = `${table} ${destination} is not ours to move: ${where}`;
  return { table, destination, target: target ?? null, state, origin: origin ?? null, says };
}
