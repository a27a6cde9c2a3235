import { routerSecrets } from '#vyos/router-secrets.ts';
import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

/** A key that was rotated in SSM and not pushed: the tunnel lasts until the next IKE exchange. */
export const keyUnused: Check = {
  id: 'key-unused',
  severity: 'degraded',
  check: (facts) =>
    onEachExamined(
      facts,
      (router, { keys }) =>
        Object.entries(keys)
          .filter(([, { used }]) => used === false)
          .map(([name]) => ({
            where: router,
            says: `IPsec does not use the stored value of ${name}`,
            remedy: `Run ${facts.next('config', 'push')}: it pushes both ends of the tunnel together.`,
          })),
      ({ keys }, router) => {
        // Serf's key is in no file of IPsec.
        const tunnels = routerSecrets(facts.siteRef.topology, router).filter(({ use }) => use === 'tunnel');
        const isUnknown = tunnels.some(
          ({ name }) => keys[name]?.mark !== undefined && keys[name].used !== true && keys[name].used !== false,
        );
        return isUnknown && 'the keys that IPsec uses cannot be read';
      },
    ),
};
