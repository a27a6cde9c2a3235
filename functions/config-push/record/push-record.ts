import type { Programs, RouterPrograms } from '#contracts/install-result.ts';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import {
  type ChangedCommands,
  MAX_COMMAND_CHARS,
  MAX_COMMANDS_IN_DETAIL,
  MAX_STEPS_IN_DETAIL,
  type PushStep,
  type SentPushDetail,
} from '#contracts/push-detail.ts';
import type { PendingChange } from '#contracts/push-journal.ts';
import { clauseOf, shortClause } from '#failover/clause.ts';

/** A step that belongs to one router. */
interface RouterStep extends PushStep {
  readonly router: string;
}

/** What one run of config-push changes on its routers, and each step of it, for the history. */
export class PushRecord {
  readonly #now: () => number;
  #steps: readonly RouterStep[] = [];
  readonly #changes = new Map<string, ChangedCommands>();
  readonly #before = new Map<string, Programs>();

  /** @param now ms since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Carries out a step.
   *
   * @param says a verb phrase
   * @param faultIn why the answer means that the step did not succeed, as a clause
   */
  async step<Answer>(
    router: string,
    says: string,
    act: () => Promise<Answer>,
    faultIn: (answer: Answer) => string | undefined = () => undefined,
  ): Promise<Answer> {
    const at = this.#now();
    let fault: string | undefined;
    try {
      const answer = await act();
      fault = faultIn(answer);
      return answer;
    } catch (error) {
      fault = clauseOf(error);
      throw error;
    } finally {
      const ended = fault === undefined ? {} : { fault: shortClause(fault) };
      this.#steps = [...this.#steps, { router, says, at, tookMs: this.#now() - at, ...ended }];
    }
  }

  /** The commands that a router is about to get. What was recovered on it before is no part of that. */
  begin(router: string, commands: readonly string[]): void {
    this.#forget(router);
    this.#changes.set(router, {
      commands: commands.slice(0, MAX_COMMANDS_IN_DETAIL).map(shortened),
      count: commands.length,
    });
  }

  /** The programs that a router has before others are installed. */
  beginInstall({ name, installed }: Pick<RouterPrograms, 'name' | 'installed'>): void {
    this.#forget(name);
    if (installed !== undefined) this.#before.set(name, installed);
  }

  /** Adds what an earlier run has done of a change that this one ends. */
  resume({ router, changes, steps = [] }: Pick<PendingChange, 'router' | 'changes' | 'steps'>): void {
    if (changes !== undefined) this.#changes.set(router, changes);
    this.#steps = [...steps.map((step) => ({ ...step, router })), ...this.#steps];
  }

  /** What a later run needs for `resume`. */
  soFar(router: string): Pick<PendingChange, 'changes' | 'steps'> {
    return { changes: this.#changes.get(router), steps: this.#stepsOn(router) };
  }

  /** @param after the programs of the router after an installation. Default: it was a push of a configuration */
  detailOf(router: string, after?: Pick<RouterPrograms, 'installed' | 'agent'>): SentPushDetail {
    const changes = this.#changes.get(router);
    const before = this.#before.get(router);
    return {
      version: PRODUCT_VERSION,
      router,
      ...(changes && { changes: { ...changes, commands: [...changes.commands] } }),
      ...(after && { programs: { before, after: after.installed, agent: after.agent } }),
      steps: this.#stepsOn(router),
    };
  }

  #forget(name: string): void {
    this.#steps = this.#steps.filter(({ router }) => router !== name);
  }

  #stepsOn(name: string): PushStep[] {
    return this.#steps
      .filter(({ router }) => router === name)
      .map(({ says, at, tookMs, fault }) => ({ says, at, tookMs, ...(fault !== undefined && { fault }) }))
      .slice(-MAX_STEPS_IN_DETAIL);
  }
}

function shortened(command: string): string {
  return command.length <= MAX_COMMAND_CHARS ? command : `${command.slice(0, MAX_COMMAND_CHARS - 1)}…`;
}
