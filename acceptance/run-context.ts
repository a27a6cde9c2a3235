import type { Topology } from '#topology/topology.ts';
import type { AcceptancePorts } from './ports.ts';
import type { ReportDraft } from './report/report.ts';

/** A run, as its steps get it. */
export interface RunContext {
  /** As it is deployed: under the name `acceptance`. */
  readonly topology: Topology;
  /** Its file. */
  readonly file: string;
  readonly ports: AcceptancePorts;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly report: ReportDraft;
}

/** A step failed: the run goes on with the report and the removal of everything. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}
