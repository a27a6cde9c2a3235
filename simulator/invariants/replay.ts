import type { Invariant } from './invariant.ts';

const ENDS: readonly string[] = ['swapped', 'already'];

export const replay: Invariant = {
  name: 'replay',
  holds: 'no request id is acted on twice',
  watch: () => {
    const ended = new Map<string, number>();
    return {
      stored: (_, { sk, pk, after, at }) => {
        const outcome = /"outcome":\{"S":"(\w+)"/.exec(sk === 'answer' ? JSON.stringify(after) : '')?.[1] ?? '';
        const id = pk.replace(/^answer#/, '');
        if (ENDS.includes(outcome) && !ended.has(id)) ended.set(id, at);
        return undefined;
      },
      begun: ({ run }) => {
        const { request, evidence } = run;
        const at = ended.get(request.id);
        if (request.kind === 'operator' || evidence.withoutStore || at === undefined || at >= evidence.storeAskedAt)
          return undefined;
        return `${run.id} acts on ${request.id}, which was answered`;
      },
    };
  },
};
