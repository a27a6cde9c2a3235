/** A VyOS release: its name as `show version` prints it, its branch, and the commands that it has beyond the branch's first. */
import { VYOS_VERSIONS, type VyosVersion } from '#topology/vyos-versions.ts';

/** Commands of a branch that not all of its releases have. */
export interface NewerCommands {
  /** `connection-type trap` instead of `respond`, which means the same: https://github.com/vyos/vyos-1x/pull/4881 (T7594). */
  readonly trap: boolean;
  /** `vpn ipsec options retransmission`: https://github.com/vyos/vyos-1x/pull/4601 (T7504). */
  readonly retransmission: boolean;
  /** `protocols bgp neighbor … bfd strict`: https://github.com/vyos/vyos-1x/pull/5210 (T8822). */
  readonly bfdStrict: boolean;
}

export interface VyosRelease {
  /** As VyOS names it (`1.4.2`, `2026.06.24-0045-rolling`), or a branch alone: `1.5`. */
  readonly name: string;
  /** The branch whose syntax it has. */
  readonly branch: VyosVersion;
  readonly commands: NewerCommands;
}

const NONE: NewerCommands = { trap: false, retransmission: false, bfdStrict: false };

/**
 * The first build day that has the command, YYYYMMDD: the first day of the month after the change was merged into the
 * rolling branch. For builds of the stream this is an estimate; the router's own command templates decide if they can be read.
 */
const SINCE = { retransmission: 20_250_801, trap: 20_260_101, bfdStrict: 20_260_601 };

/**
 * Reads a version as `show version` prints it. Since 2025 rolling builds and the stream are named by their date alone and
 * belong to branch 1.5 (https://github.com/vyos/vyos-rolling-nightly-builds, version.json). A branch alone (`1.5`) means its
 * first releases.
 *
 * @returns undefined for an unsupported version
 */
export function parseRelease(text: string): VyosRelease | undefined {
  const name = text.trim().replace(/^VyOS\s+/i, '');
  const branch = branchOf(name);
  if (branch === undefined) return undefined;
  return { name, branch, commands: branch === '1.5' ? newerCommands(name) : NONE };
}

/** The release of a branch that has all of its commands: its lines are a superset of any other's, but for `trap`. */
export function newestRelease(branch: VyosVersion): VyosRelease {
  const commands = branch === '1.5' ? { trap: true, retransmission: true, bfdStrict: true } : NONE;
  return { name: `${branch} (newest)`, branch, commands };
}

/** A branch alone, whose later releases write `trap` for `respond` (see `NewerCommands`). */
export function mayCallRespondTrap({ name, branch }: VyosRelease): boolean {
  return name === '1.5' && branch === '1.5';
}

/** @param found the commands in the router's own command templates; null: they could not be read, so the name decides */
export function withCommands(release: VyosRelease, found: NewerCommands | null): VyosRelease {
  return found === null ? release : { ...release, commands: found };
}

function branchOf(name: string): VyosVersion | undefined {
  const numbered = VYOS_VERSIONS.find((version) => name.startsWith(version) && !/^\d/.test(name.slice(version.length)));
  if (numbered !== undefined) return isTooEarly(name) ? undefined : numbered;
  return dated.test(name) ? '1.5' : undefined;
}

/**
 * Early rolling builds of 1.4 and 1.5 still have some commands of 1.3. The last generated command to change was
 * `close-action start`, on 16 January 2024 (T4658, migration-scripts/ipsec/12-to-13); which of them an older build has is unknown.
 */
function isTooEarly(name: string): boolean {
  const [, day] = /^1\.[45]-rolling-(\d{8})/.exec(name) ?? [];
  return day !== undefined && Number(day) < 20_240_117;
}

/** `2025.11`, `2026.06.24-0045-rolling`, `2026.02.0`. */
const dated = /^(20[2-9]\d)\.(0[1-9]|1[0-2])(?:\.(\d{1,2}))?(?![\d])/;
/** `1.5-rolling-202411230006`, `1.5-stream-2025-Q2`. */
const datedBranch = /^1\.5-(?:rolling-(\d{8})\d{4}|stream-(\d{4})-Q([1-4]))/;

function newerCommands(name: string): NewerCommands {
  if (/^1\.5\.\d/.test(name)) return { trap: true, retransmission: true, bfdStrict: false };
  const built = dayOf(name);
  if (built === undefined) return NONE;
  return {
    trap: built >= SINCE.trap,
    retransmission: built >= SINCE.retransmission,
    bfdStrict: built >= SINCE.bfdStrict,
  };
}

/** YYYYMMDD; the first day of the month or quarter for a name without a day. */
function dayOf(name: string): number | undefined {
  const [, year, month, day = '1'] = dated.exec(name) ?? [];
  if (year !== undefined) return Number(year) * 10_000 + Number(month) * 100 + Number(day);
  const [, rolling, streamYear, quarter] = datedBranch.exec(name) ?? [];
  if (rolling !== undefined) return Number(rolling);
  return streamYear === undefined ? undefined : Number(streamYear) * 10_000 + (Number(quarter) * 3 - 2) * 100 + 1;
}
