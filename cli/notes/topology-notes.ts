import { cheaperSwaps } from '#failover/cheaper-swaps.ts';
import { regionNotes } from '#infra/region-notes.ts';
import { whyRefused } from '#infra/role-policies.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { farEndNotes } from '#vyos/far-end-notes.ts';
import { siteNotes } from '#vyos/site-notes.ts';
import { supportNotes } from '#vyos/support-notes.ts';
import { accountQuotasNotes } from './account-quotas-notes.ts';
import { cheaperSwapsNote } from './cheaper-swaps-note.ts';
import { privateAddressesNotes } from './private-addresses-notes.ts';
import { routerRolesNotes } from './router-roles-notes.ts';
import { sharedThrottleNotes } from './shared-throttle-notes.ts';
import { tablePoliciesNote } from './table-policies-note.ts';
import { unmatchedNetworksNotes } from './unmatched-networks-notes.ts';
import { userDataNote } from './user-data-note.ts';

/** Notes on a valid topology: quotas, limits and likely oversights. */
export function notesOn(topology: Topology): readonly string[] {
  const ofSites = topology.sites.flatMap((site) => [
    tablePoliciesNote(site),
    swapsNote(site),
    ...siteNotes(site, topology.profile),
    ...unmatchedNetworksNotes(topology, site),
  ]);
  return [
    ...whyRefused(topology),
    ...accountNote(topology),
    ...regionNotes(topology),
    ...supportNotes(topology),
    ...farEndNotes(topology),
    ...privateAddressesNotes(topology),
    ...routerRolesNotes(topology),
    ...accountQuotasNotes(topology),
    ...sharedThrottleNotes(topology),
    userDataNote(topology),
    ...ofSites,
  ].filter((note) => note !== undefined);
}

function accountNote({ account }: Topology): readonly string[] {
  if (account !== undefined) return [];
  return [
    'account is not stated: with credentials of another account, cdk deploy creates a second set of stacks there; state account: "123456789012"',
  ];
}

function swapsNote(site: Site): string | undefined {
  const cheaper = cheaperSwaps(site);
  return cheaper?.matters === true ? cheaperSwapsNote(site.name, cheaper) : undefined;
}
