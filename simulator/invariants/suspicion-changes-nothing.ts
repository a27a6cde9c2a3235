import type { Run } from '#simulator/platform.ts';
import type { Invariant } from './invariant.ts';

export const suspicionChangesNothing: Invariant = {
  name: 'suspicion-changes-nothing',
  holds:
    'a suspected or withdrawn report moves no route, writes nothing to the store and announces nothing: it takes no lease, and is neither a claim nor a witness',
  watch: () => {
    const wrong = (run: Run, what: string) =>
      run.request.kind === 'suspicion' ? `${run.id} (${run.request.phase}) ${what}` : undefined;
    return {
      issued: (run) => wrong(run, 'moves a route'),
      stored: (run, { sk }) => wrong(run, `writes ${sk} to the store`),
      announced: (run) => wrong(run, 'makes an announcement'),
    };
  },
};
