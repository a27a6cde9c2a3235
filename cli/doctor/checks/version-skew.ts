import { versionSkew as skewOf } from '../../views/version-skew.ts';
import type { Check } from '../check.ts';

export const versionSkew: Check = {
  id: 'version-skew',
  severity: 'attention',
  check: ({ siteRef: { site }, status }) => ({
    found: skewOf(site.name, status.version).map((clause) => {
      const [says = '', remedy = ''] = clause.split(': ');
      return { where: site.name, says, remedy: `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.` };
    }),
  }),
};
