import { type ConfigEntry, configEntries, showEntry, shownEntries, wantedEntries } from './config-entry.ts';
import { keyOf, type Line } from './line.ts';
import { nodesOnTheWay, ownership } from './ownership.ts';
import { canBeDeleted, deleteCommand, setCommand, showSetCommand } from './quote.ts';
import { secretPlaceholder } from './secrets.ts';
import { singleValuedLeaf } from './versions/single-valued.ts';
import { withUpgrades } from './versions/upgraded.ts';

export interface DiffOptions {
  /** The lines of the last push. Omitted: unknown; lines that only this distinguishes are not changed. */
  readonly previous?: readonly string[];
  /** SSM names of secrets to set again although their names are unchanged. Default: none. */
  readonly rotate?: readonly string[];
  /** True before the first push: nodes with generated names may belong to the operator, so nothing is deleted. Default: false. */
  readonly adopting?: boolean;
}

export interface ConfigDiff {
  /** `delete` commands, then `set` commands, that bring the managed part to the wanted state; empty if it is there. */
  readonly commands: readonly string[];
  /** Changes by others since the last push; undefined if that push is unknown. */
  readonly drift: Drift | undefined;
  /** The router's foreign nodes, without secrets: the commands do not change them. */
  readonly leftAlone: readonly string[];
}

/** `set` lines, without the values of secrets. */
export interface Drift {
  /** In the managed part of the router, but neither pushed nor wanted. */
  readonly added: readonly string[];
  /** Pushed and still wanted, but missing on the router. */
  readonly removed: readonly string[];
}

/**
 * The fewest commands from a router's running configuration to the wanted one: a subtree with nothing wanted in it is deleted
 * as a whole, and a single-valued leaf is overwritten.
 *
 * Compares only the managed part (see `ownership.ts`). A secret is compared by name, and only with `previous`: its running
 * value is never read or shown.
 *
 * @param running `set` lines, as `show configuration commands` prints them; other lines are skipped
 * @param wanted `lines` of `renderConfig`
 * @throws VyosConfigError for a wanted line that cannot be read, by its number alone
 */
export function diffConfig(
  running: readonly string[],
  wanted: readonly string[],
  { previous, rotate = [], adopting = false }: DiffOptions = {},
): ConfigDiff {
  const want = wantedEntries(wanted);
  const pushed = previous === undefined ? undefined : configEntries(previous);
  const have = shownEntries(running);
  const { rootOf, leftAlone } = ownership(pathsOf([...want, ...(pushed ?? [])]), pathsOf(have));
  const wantedKeys = keys(want);
  const there = nodesOnTheWay(pathsOf(have));
  const stale = have.filter(({ path, key }) => !wantedKeys.has(key) && rootOf(path) !== undefined);
  return {
    commands: [
      ...(adopting ? [] : deletions(stale, want, rootOf)).flatMap((path) => deletable(path, want)).map(deleteCommand),
      ...settings(there, want, pushed ?? [], rotate).map(setCommand),
    ],
    drift:
      pushed === undefined ? undefined : { added: added(stale, want, pushed), removed: removed(there, want, pushed) },
    leftAlone: leftAlone.map(showNode),
  };
}

function pathsOf(entries: readonly ConfigEntry[]): Line[] {
  return entries.map(({ path }) => path);
}

/** A node for display: `vpn ipsec site-to-site peer partner`. */
function showNode(path: Line): string {
  return showSetCommand(path).slice('set '.length);
}

/** A command cannot hold a value with quotes: its leaf is deleted instead, if it holds nothing wanted. */
function deletable(path: Line, want: readonly ConfigEntry[]): Line[] {
  if (canBeDeleted(path)) return [path];
  const leaf = path.slice(0, -1);
  return canBeDeleted(leaf) && !nodesOnTheWay(pathsOf(want)).has(keyOf(leaf)) ? [leaf] : [];
}

/** For each stale path the highest node without anything wanted in it, at most the root of the managed part. */
function deletions(
  stale: readonly ConfigEntry[],
  want: readonly ConfigEntry[],
  rootOf: (path: Line) => Line | undefined,
): Line[] {
  if (stale.length === 0) return [];
  const inUse = nodesOnTheWay(pathsOf(want));
  const overwritten = new Set(want.flatMap(({ path }) => leafKey(path) ?? []));
  const tops = stale
    .filter(({ path }) => !overwritten.has(leafKey(path) ?? ''))
    .flatMap(({ path }) => {
      const nodes = fromRoot(path, rootOf(path)?.length ?? path.length);
      const top = nodes.find((node) => !inUse.has(keyOf(node)));
      // None if the line is an empty node on the way to a wanted one.
      return top === undefined ? [] : [top];
    });
  return [...new Map(tops.map((top) => [keyOf(top), top])).values()];
}

function settings(
  there: ReadonlySet<string>,
  want: readonly ConfigEntry[],
  pushed: readonly ConfigEntry[],
  rotate: readonly string[],
): Line[] {
  const pushedSecrets = new Map(pushed.map(({ key, secret }) => [key, secret]));
  return want
    .filter(({ key, secret }) => {
      if (!there.has(key)) return true;
      if (typeof secret !== 'string') return false;
      return rotate.includes(secret) || (pushedSecrets.has(key) && pushedSecrets.get(key) !== secret);
    })
    .map(({ path, secret }) => (typeof secret === 'string' ? [...path, secretPlaceholder(secret)] : path));
}

function added(stale: readonly ConfigEntry[], want: readonly ConfigEntry[], pushed: readonly ConfigEntry[]): string[] {
  if (stale.length === 0) return [];
  const explained = nodesOnTheWay(withUpgrades(pathsOf([...want, ...pushed])));
  return stale
    .filter((entry) => (!explained.has(entry.key) && entry.key !== defaultHostName) || announcesAll(entry))
    .map(showEntry);
}

/** The host name of every image (vyos-1x, data/config.boot.default), which is not a change by an operator. */
const defaultHostName = keyOf(['system', 'host-name', 'vyos']);

/** `redistribute static` without a route map, which announces every static route. */
function announcesAll({ path }: ConfigEntry): boolean {
  return path.at(-2) === 'redistribute';
}

function removed(there: ReadonlySet<string>, want: readonly ConfigEntry[], pushed: readonly ConfigEntry[]): string[] {
  const wantedKeys = keys(want);
  return pushed.filter(({ key }) => wantedKeys.has(key) && !there.has(key)).map(showEntry);
}

function keys(entries: readonly ConfigEntry[]): Set<string> {
  return new Set(entries.map(({ key }) => key));
}

/** The nodes of a path from the one with `length` words down to all of it. */
function fromRoot(path: Line, length: number): Line[] {
  return path.slice(length - 1).map((_, index) => path.slice(0, length + index));
}

function leafKey(path: Line): string | undefined {
  const leaf = singleValuedLeaf(path);
  return leaf === undefined ? undefined : keyOf(leaf);
}
