import { SiteStore } from '#aws/site-store.ts';
import { dynamoDbOverNetwork, type StoreNetwork } from './dynamodb/client.ts';
import type { Run } from './platform.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The methods of `SiteStore` as plain functions, so that a test can replace one of them. */
export type Store = Pick<SiteStore, keyof SiteStore>;

const METHODS = Object.getOwnPropertyNames(SiteStore.prototype).filter((name) => name !== 'constructor');

/** The site's store for one run; records what the run reads. */
export function storeOf(
  run: Run,
  { storeNetwork, time }: { readonly storeNetwork: StoreNetwork; readonly time: VirtualTime },
): Store {
  const real = new SiteStore(dynamoDbOverNetwork(run, storeNetwork), 'site');
  const plain = Object.fromEntries(
    METHODS.map((name) => [name, (real[name as keyof SiteStore] as () => unknown).bind(real)]),
  ) as unknown as Store;
  const { evidence } = run;
  return {
    ...plain,
    recall: async (...args) => {
      const first = evidence.storeAnswer === undefined;
      if (first) evidence.storeAskedAt = time.now();
      if (first) evidence.storeAnswer = 'unreachable';
      const found = await plain.recall(...args).finally(() => {
        if (run.begin === undefined) evidence.completeAt = time.now();
      });
      if (first) evidence.storeAnswer = found;
      return found;
    },
    begin: async (...args) => {
      run.begin = 'failed';
      const begun = await plain.begin(...args);
      run.begin = begun ? 'began' : 'too late';
      return begun;
    },
  };
}
