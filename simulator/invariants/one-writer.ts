import type { Run } from '#simulator/platform.ts';
import type { Invariant } from './invariant.ts';

export const oneWriter: Invariant = {
  name: 'one-writer',
  holds:
    'a run that has lost the lease makes no further call, and none of its calls takes effect after another run began. Runs that bypass a failed store are exempt: they report `LockBypassed`',
  watch: (site) => {
    const wrong = (run: Run, what: string): string | undefined => {
      const holder = site.lease?.journal.run;
      if (site.bypasses(run) || holder === run.id) return undefined;
      return `${run.id} ${what} although ${holder ?? 'no run'} holds the lease`;
    };
    return {
      issued: (run) => wrong(run, 'issues a call'),
      written: (run, _, late) => (late ? undefined : wrong(run, 'still writes')),
    };
  },
};
