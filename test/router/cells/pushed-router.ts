import { command, sides, untrue } from './one-push.ts';
import { type Answer, type Delivery, RouterInCells, SECRET } from './router-in-cells.ts';

type Action = 'apply' | 'confirm' | 'undo';

/** What `show-config` prints. */
export interface ShownConfig {
  readonly digest: string;
  readonly boots: string | null;
  readonly config: string;
  readonly boot: { readonly id: string; readonly uptime: number };
  readonly push: { readonly id: string; readonly state: string; readonly undoInS: number } | null;
}

/** The variables of a push that is not the one of these tests. */
export const OTHER = { SSM_Push: '22222222-d9cb-469f-a165-70867728950e' };
export const ALL_OLD = { shows: 'old', runs: 'old', boots: 'old' };
export const ALL_NEW = { shows: 'new', runs: 'new', boots: 'new' };

/** A router that answers to the commands of the push of these tests. */
export class PushedRouter extends RouterInCells {
  /** @returns the answer; throws where there is none, or where it shows the secret */
  async answerTo(action: Action, change: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const { answer, said }: Delivery = await this.act({ ...command(action, await this.facts()), ...change });
    if (said.includes(SECRET)) throw new Error(`the secret is in the answer: ${said}`);
    if (answer === null) throw new Error(said);
    return answer;
  }

  /** @returns the answer; throws also where the router does not have what it says */
  async trueAnswerTo(action: Action): Promise<Answer> {
    const answer = await this.answerTo(action);
    const fault = untrue(answer, await this.facts());
    if (fault !== undefined) throw new Error(fault);
    return answer;
  }

  async sides() {
    return sides(await this.facts());
  }

  async shown(): Promise<ShownConfig> {
    return (await this.show()).answer as unknown as ShownConfig;
  }
}
