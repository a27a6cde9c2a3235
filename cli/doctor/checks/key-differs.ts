import type { Check } from '../check.ts';
import { type Found, whenRead } from '../outcome.ts';
import { onEachExamined, type SiteFacts } from '../site-facts.ts';

/** In the Parameter Store of both Regions, or else by what the routers can fetch. */
export const keyDiffers: Check = {
  id: 'key-differs',
  severity: 'degraded',
  check(facts) {
    const { secrets, siteRef } = facts;
    // What the routers can fetch, where the operator may not read it.
    if (!secrets.ok) return { ...onEachExamined(facts, () => []), found: differentMarks(facts) };
    return whenRead(secrets, (all) =>
      all
        .filter(({ state, regions }) => state === 'differs' && regions.includes(siteRef.site.region))
        .map(({ name, regions }) => differs(name, regions.join(' and '))),
    );
  },
};

/** 16 bits of a hash of the key: keys with different marks are different. */
function differentMarks({ examination, examinedRouters }: SiteFacts): readonly Found[] {
  const own = examination.ok ? Object.values(examination.fact.routers) : [];
  const names = new Set(own.flatMap(({ found }) => Object.keys(found?.keys ?? {})));
  return [...names].flatMap((name) => {
    const holders = Object.entries(examinedRouters).flatMap(([router, { found }]) => {
      const mark = found?.keys[name]?.mark;
      return mark === undefined ? [] : [{ router, mark }];
    });
    const isSame = new Set(holders.map(({ mark }) => mark)).size <= 1;
    return isSame ? [] : [differs(name, holders.map(({ router }) => router).join(' and '))];
  });
}

function differs(name: string, between: string): Found {
  return {
    where: name,
    says: `the key has different values for ${between}: IKE does not authenticate`,
    remedy:
      'Decide which value is right, and write it into the other Region (aws ssm put-parameter --overwrite), then push both ends.',
  };
}
