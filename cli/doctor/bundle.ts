import { strToU8, zipSync } from 'fflate';
import type { SecretValue } from '#aws/secret-value.ts';
import type { DiagnosedSite } from './diagnose.ts';
import type { Read } from './outcome.ts';
import { redact } from './redact.ts';

/** What a support archive is made from. */
interface BundleContent {
  /** Of the command line. */
  readonly version: string;
  /** ms since the epoch. */
  readonly at: number;
  /** The topology file as written. */
  readonly topology: string;
  readonly sites: readonly DiagnosedSite[];
  /** By site: the newest entries; a site whose history could not be read is left out. */
  readonly histories: Readonly<Record<string, unknown>>;
}

/** The files of the archive, by path, without secrets. */
export function bundleFiles(content: BundleContent): Readonly<Record<string, string>> {
  const files = {
    'README.txt': readme(content),
    'topology.yaml': content.topology,
    ...Object.fromEntries(content.sites.flatMap((site) => filesOf(site, content))),
  };
  const values = secretsIn(content.sites);
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, redact(text, values)]));
}

/** The archive, as ZIP. */
export function zipped(files: Readonly<Record<string, string>>, at: number): Uint8Array {
  const entries = Object.entries(files).map(([path, text]) => [path, strToU8(text)] as const);
  return zipSync(Object.fromEntries(entries), { mtime: at, level: 9 });
}

function filesOf({ name, findings, unchecked, facts }: DiagnosedSite, { histories }: BundleContent) {
  const parts: Record<string, unknown> = { findings: { findings, unchecked }, history: histories[name] };
  if (facts !== undefined) {
    const { status, rehearsal, examination, plan, rules, acls, alarms, subscriptions } = facts;
    const networks = { 'security-groups': rules, 'network-acls': acls };
    const { concurrency, quotas, tables, throttled } = facts;
    const limits = { concurrency, quotas, 'route-tables': tables, throttled };
    Object.assign(parts, { status, rehearsal, examination, plan, ...networks, alarms, subscriptions, ...limits });
  }
  return Object.entries(parts)
    .filter(([, value]) => value !== undefined)
    .map(([part, value]) => [`${name}/${part}.json`, `${JSON.stringify(value, undefined, 2)}\n`] as const);
}

function secretsIn(sites: readonly DiagnosedSite[]): readonly SecretValue[] {
  const known = (
    secrets: Read<readonly { readonly from: { readonly value: SecretValue } | undefined }[]> | undefined,
  ) => (secrets?.ok === true ? secrets.fact.flatMap(({ from }) => (from === undefined ? [] : [from.value])) : []);
  return sites.flatMap(({ facts }) => known(facts?.secrets));
}

function readme({ version, at, sites }: BundleContent): string {
  return `vyos-failover ${version}: support archive of ${sites.map(({ name }) => name).join(', ')}
Made at ${new Date(at).toISOString()} by vyos-failover doctor --bundle.

SITE/findings.json         what doctor found, and what it could not check
SITE/status.json           the answer of route-swap: routes, routers, stored state, diagnosis
SITE/rehearsal.json        whether EC2 would permit a failover
SITE/examination.json      what the routers show, with the end of their logs
SITE/plan.json             how the configuration differs from the topology
SITE/history.json          the newest 100 entries
SITE/security-groups.json  what the security groups of the routers let in
SITE/network-acls.json     the network ACLs of the routers' subnets
SITE/alarms.json           the state of each alarm
SITE/subscriptions.json    who gets the messages of the site
SITE/concurrency.json      how many functions Lambda runs at once for the account
SITE/route-tables.json     all route tables of the Region that a site has marked
SITE/quotas.json           quotas of the account
SITE/throttled.json        what AWS throttled in the last 24 hours
topology.yaml              the topology file

Keys, passwords, AWS credentials and the names in email addresses are removed. The archive has addresses and ids of your network:
read it before you send it.
`;
}
