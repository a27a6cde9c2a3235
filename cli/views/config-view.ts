import type { PushPlan, RouterPushPlan } from '#contracts/push-plan.ts';
import { someOf } from '#topology/some-of.ts';
import type { Colours } from '../output/colours.ts';
import { counted } from '../output/counted.ts';
import { utcTime } from '../output/time.ts';

/** The difference of one router's configuration: part of the JSON of several commands. It contains no secrets. */
export interface RouterDiffView {
  readonly router: string;
  /** True: it is the owner of the routes now. */
  readonly carriesTraffic: boolean;
  /** The version that the router reports; null: none. */
  readonly vyos: string | null;
  /** null: the configurations could not be compared; `problem` has the reason. */
  readonly different: boolean | null;
  /** `delete` and `set` commands, with the names of secrets. */
  readonly commands: readonly string[];
  /** Changes on the router since its last push, made by other means. */
  readonly drift: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Nodes on the router that the topology does not define; a push does not change them. */
  readonly leftAlone: readonly string[];
  readonly problem: { readonly reason: string; readonly says: string } | null;
  readonly notes: readonly string[];
  /** True: the boot configuration equals the running one; null: it could not be read. */
  readonly bootsWithIt: boolean | null;
  /** When the unconfirmed running configuration reverts to the boot configuration, ISO 8601; null: it is confirmed. */
  readonly revertsAt: string | null;
}

export function routerDiffView(
  { name, vyos, commands, drift, leftAlone, problem, notes, digest, boots, revertsAt }: RouterPushPlan,
  { owner }: PushPlan,
): RouterDiffView {
  const different = commands.length + drift.added.length + drift.removed.length > 0;
  return {
    router: name,
    carriesTraffic: name === owner,
    vyos: vyos ?? null,
    different: digest !== '' ? different : null,
    commands,
    drift,
    leftAlone,
    problem: problem ?? null,
    notes,
    bootsWithIt: boots === 'unknown' ? null : boots === 'same',
    revertsAt: isoOf(revertsAt),
  };
}

/** ISO 8601, for JSON. */
export function isoOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

export function showRouterDiff(view: RouterDiffView, { bold, green, red, yellow, dim }: Colours): string {
  const { router, carriesTraffic, vyos, different, commands, drift, leftAlone, problem, notes } = view;
  const about = [
    `VyOS ${vyos === null || vyos === '' ? 'unknown' : vyos}`,
    carriesTraffic ? 'carries the traffic' : 'stands by',
  ];
  return [
    `${bold(router)} ${dim(`(${about.join(', ')})`)}${different === false && problem === null ? `: ${green('no difference')}` : ''}`,
    ...commands.map((line) => `  ${line.startsWith('delete ') ? red(`- ${line}`) : green(`+ ${line}`)}`),
    ...(drift.added.length + drift.removed.length === 0 ? [] : ['  changes made outside vyos-failover:']),
    ...drift.added.map((line) => `  ${yellow(`added:   ${line}`)}`),
    ...drift.removed.map((line) => `  ${yellow(`removed: ${line}`)}`),
    ...(leftAlone.length === 0 ? [] : [dim(`  not managed: ${leftAloneText(leftAlone)}`)]),
    ...[...(problem === null ? [] : [problem.says]), ...aboutBoot(view)].map((says) => `  ${yellow('!')} ${says}.`),
    ...notes.map((note) => `  note: ${note}`),
  ].join('\n');
}

/** `12 nodes outside the topology: interfaces tunnel tun7, … and 9 more` */
function leftAloneText(nodes: readonly string[]): string {
  return `${counted(nodes.length, 'node')} outside the topology: ${someOf(nodes)}`;
}

function aboutBoot({ different, problem, bootsWithIt, revertsAt }: RouterDiffView): string[] {
  if (problem?.reason === 'pending' || problem?.reason === 'router-broken') return [];
  if (revertsAt !== null)
    return [
      `the running configuration is not confirmed: it reverts to the boot configuration by ${utcTime(Date.parse(revertsAt))}`,
    ];
  if (different === null || bootsWithIt === true) return [];
  return [
    bootsWithIt === null
      ? 'the boot configuration could not be read'
      : 'the boot configuration differs from the running one',
  ];
}
