import { type ConfigEntry, configEntries, showEntry, shownEntries, wantedEntries } from './config-entry.ts';
import { keyOf, type Line } from './line.ts';
import { nodesOnTheWay, ownership } from './ownership.ts';
import { canBeDeleted, deleteCommand, setCommand, showSetCommand } from './quote.ts';
import { secretPlaceholder } from './secrets.ts';
import { singleValuedLeaf } from './versions/single-valued.ts';
import { withUpgrades } from './versions/upgraded.ts';

export interface DiffOptions {
  /** The lines that we pushed last. Omitted: unknown; then what only they tell apart stays as it is. */
  readonly previous?: readonly string[];
  /** SSM names of secrets to be set again although their names have not changed. Default: none. */
  readonly rotate?: readonly string[];
  /** Nothing was ever pushed, and nobody has given up what stands under names of ours: no `delete`. Default: false. */
  readonly adopting?: boolean;
}

export interface ConfigDiff {
  /** `delete` commands, then `set` commands, that make what is ours what is wanted; empty where it is. */
  readonly commands: readonly string[];
  /** Changes since our last push that are not ours; undefined where that push is unknown. */
  readonly drift: Drift | undefined;
  /** Nodes of the router that are not ours, without secrets: what the commands leave as it is. */
  readonly leftAlone: readonly string[];
}

/** `set` lines; where they hold a secret, without its value. */
export interface Drift {
  /** On the router, in what is ours, and neither pushed nor wanted. */
  readonly added: readonly string[];
  /** Pushed and still wanted, and no longer on the router. */
  readonly removed: readonly string[];
}

/**
 * The way from what a router has to what it should have, in the fewest commands: a subtree goes as a whole where nothing
 * wanted is in it, and a leaf with one value is overwritten.
 *
 * Only what is ours is looked at (see `ownership.ts`). A secret is compared by name, and only with `previous`: a running
 * value does not tell whether it is the right one, and is never shown.
 *
 * @param running `set` lines, as `show configuration commands` prints them; other lines are left out
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
  const stale = have.filter(({ path, key }) => rootOf(path) !== undefined && !wantedKeys.has(key));
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

/** `vpn ipsec site-to-site peer partner`, as people name a node. */
function showNode(path: Line): string {
  return showSetCommand(path).slice('set '.length);
}

/** A value with quotes in it cannot be named in a command: its leaf goes, if nothing wanted is in that. */
function deletable(path: Line, want: readonly ConfigEntry[]): Line[] {
  if (canBeDeleted(path)) return [path];
  const leaf = path.slice(0, -1);
  return canBeDeleted(leaf) && !nodesOnTheWay(pathsOf(want)).has(keyOf(leaf)) ? [leaf] : [];
}

/** For each stale path the highest node, at most the root of what is ours, that has nothing wanted in it. */
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
      // None where the line is an empty node on the way to something wanted.
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

/** Of every image (vyos-1x, data/config.boot.default): nobody has chosen it. */
const defaultHostName = keyOf(['system', 'host-name', 'vyos']);

/** `redistribute static` with no route map below: it announces all of them, and ours would take most away. */
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
