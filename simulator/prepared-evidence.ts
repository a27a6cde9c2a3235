import type { Evidence, Request } from './evidence.ts';

/** What suspected reports observed, by environment of the function and by id: the memory of one environment, as the simulator knows it. */
export class PreparedEvidence {
  readonly #of = new WeakMap<object, Map<string, Evidence>>();

  /** What a run of this environment has of an earlier phase of its report. */
  for(environment: object, request: Request): Evidence | undefined {
    return request.kind === 'report' && request.confirms ? this.#of.get(environment)?.get(request.id) : undefined;
  }

  /** A run has returned. */
  add(environment: object, evidence: Evidence): void {
    const { request } = evidence;
    if (request.kind !== 'suspicion') return;
    const known = this.#of.get(environment) ?? new Map<string, Evidence>();
    this.#of.set(environment, known);
    if (request.phase === 'suspected') known.set(request.id, evidence);
    else known.delete(request.id);
  }
}
