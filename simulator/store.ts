import { siteStore } from '#aws/site-store/site-store.ts';
import type { SiteStore } from '#functions/site-store.ts';
import { dynamoDbOverNetwork, type StoreNetwork } from './dynamodb/client.ts';
import type { Run } from './platform.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The site's store for one run; records what the run reads. */
export function storeOf(
  run: Run,
  { storeNetwork, time }: { readonly storeNetwork: StoreNetwork; readonly time: VirtualTime },
): SiteStore {
  const plain = siteStore(dynamoDbOverNetwork(run, storeNetwork), 'site');
  const { evidence } = run;
  return {
    ...plain,
    read: async (...args) => {
      if (run.decided) return plain.read(...args);
      evidence.storeAskedAt = time.now();
      evidence.storeAnswer = 'unreachable';
      const found = await plain.read(...args).finally(() => {
        evidence.completeAt = time.now();
      });
      evidence.storeAnswer = found;
      return found;
    },
    begin: async (...args) => {
      run.decided = true;
      run.begin = 'failed';
      const begun = await plain.begin(...args);
      run.begin = begun ? 'began' : 'too late';
      return begun;
    },
    // The swap is decided when the answer of the read has come, too.
    beginTentatively: async (...args) => {
      run.begin = 'failed';
      const begun = await plain.beginTentatively(...args);
      run.begin = begun ? 'began' : 'too late';
      return begun;
    },
    withdraw: async (...args) => {
      run.begin = undefined;
      await plain.withdraw(...args);
    },
  };
}
