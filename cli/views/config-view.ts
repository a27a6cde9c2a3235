import type { PushPlan, RouterPushPlan } from '#contracts/push-plan.ts';
import { someOf } from '#topology/some-of.ts';
import type { Colours } from '../output/colours.ts';
import { moment } from '../output/time.ts';

/** One router's difference: the command line's own type, part of several `--json`. No secret is in it. */
export interface RouterDiffView {
  readonly router: string;
  /** It has the routes now. */
  readonly carriesTraffic: boolean;
  /** As the router says; null: it did not. */
  readonly vyos: string | null;
  /** null: they could not be compared, `problem` says why. */
  readonly different: boolean | null;
  /** `delete` and `set` commands, with the names of secrets. */
  readonly commands: readonly string[];
  /** Changes that nobody pushed. */
  readonly drift: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Nodes on the router that are not ours, and stay as they are. */
  readonly leftAlone: readonly string[];
  readonly problem: { readonly reason: string; readonly says: string } | null;
  readonly notes: readonly string[];
  /** It boots with what it runs; null: that could not be read. */
  readonly bootsWithIt: boolean | null;
  /** What it runs is not confirmed: by then it has what it boots with. ISO; null: it stays. */
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

/** For JSON. */
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
    ...(drift.added.length + drift.removed.length === 0 ? [] : ['  changes that no push made:']),
    ...drift.added.map((line) => `  ${yellow(`there:   ${line}`)}`),
    ...drift.removed.map((line) => `  ${yellow(`missing: ${line}`)}`),
    ...(leftAlone.length === 0 ? [] : [dim(`  left alone: ${leftAloneIn(leftAlone)}`)]),
    ...[...(problem === null ? [] : [problem.says]), ...aboutBoot(view)].map((says) => `  ${yellow('!')} ${says}.`),
    ...notes.map((note) => `  note: ${note}`),
  ].join('\n');
}

/** `12 nodes that are not ours: interfaces tunnel tun7, … and 9 more` */
function leftAloneIn(nodes: readonly string[]): string {
  return `${nodes.length === 1 ? 'a node that is' : `${nodes.length} nodes that are`} not ours: ${someOf(nodes)}`;
}

function aboutBoot({ different, problem, bootsWithIt, revertsAt }: RouterDiffView): string[] {
  if (problem?.reason === 'pending' || problem?.reason === 'router-broken') return [];
  if (revertsAt !== null)
    return [`what it runs is not confirmed: by ${moment(Date.parse(revertsAt))} it runs what it boots with`];
  if (different === null || bootsWithIt === true) return [];
  return [bootsWithIt === null ? 'what it boots with could not be read' : 'it boots with another configuration'];
}
