import { checkAddresses } from './checks/addresses.ts';
import { checkAwsLimits } from './checks/aws-limits.ts';
import { checkCreation } from './checks/creation.ts';
import { checkDestinations } from './checks/destinations.ts';
import { checkDetectors } from './checks/detectors.ts';
import { checkFarEnds } from './checks/far-ends.ts';
import { checkNameLengths } from './checks/name-lengths.ts';
import { checkNames } from './checks/names.ts';
import { checkPairs } from './checks/pairs.ts';
import { checkPartitions } from './checks/partitions.ts';
import { checkProfile } from './checks/profile.ts';
import { checkRouteTables } from './checks/route-tables.ts';
import { checkSubnets } from './checks/subnets.ts';
import { checkTunnelNetworks } from './checks/tunnel-networks.ts';
import { checkTunnels } from './checks/tunnels.ts';
import { checkVpcs } from './checks/vpcs.ts';
import { checkVyosLimits } from './checks/vyos-limits.ts';
import { complete } from './complete.ts';
import { draftOf } from './draft.ts';
import type { Fault, Mistake, Path } from './mistakes.ts';
import { parseYaml } from './parse.ts';
import { checkShape } from './shape.ts';
import type { Topology } from './topology.ts';

export type Loaded =
  | { readonly topology: Topology; readonly mistakes?: undefined }
  | { readonly topology?: undefined; readonly mistakes: readonly Mistake[] };

const crossChecks = [
  checkNames,
  checkNameLengths,
  checkPairs,
  checkCreation,
  checkPartitions,
  checkVpcs,
  checkSubnets,
  checkAddresses,
  checkRouteTables,
  checkAwsLimits,
  checkDestinations,
  checkFarEnds,
  checkTunnels,
  checkTunnelNetworks,
  checkVyosLimits,
  checkDetectors,
  checkProfile,
];

/**
 * Reads a topology file: either the whole topology with defaults filled in, or all of its mistakes, in line order. No text
 * makes it throw.
 *
 * @param name the file's name in the mistakes
 */
export function loadTopology(text: string, name: string): Loaded {
  const parsed = parseYaml(text, name);
  if (!('place' in parsed)) return { mistakes: parsed.mistakes };
  const shape = checkShape(parsed.value);
  const draft = draftOf(shape.partial, parsed.lineOf);
  const known = mistakePlaces([...shape.faults, ...parsed.duplicates].map(({ path }) => path));
  const crossed = crossChecks.flatMap((check) => check(draft)).filter((fault) => !isRedundant(fault, known));
  const mistakes = [
    ...parsed.duplicates.map(({ mistake }) => mistake),
    ...[...shape.faults, ...crossed].map(parsed.place),
  ];
  if (shape.file === undefined || mistakes.length > 0) return { mistakes: inLineOrder(mistakes) };
  return { topology: complete(shape.file) };
}

/** The places of the mistakes found so far, as text: a set, because there may be tens of thousands. */
interface MistakePlaces {
  readonly at: ReadonlySet<string>;
  /** These and every path above them. */
  readonly within: ReadonlySet<string>;
}

function mistakePlaces(paths: readonly Path[]): MistakePlaces {
  return { at: new Set(paths.map(textOf)), within: new Set(paths.flatMap(starts)) };
}

/** A value that is wrong by itself is not also reported as missing, contradictory, or making a list too short. */
function isRedundant({ kind, path, or = [] }: Fault, known: MistakePlaces): boolean {
  if (known.within.has(textOf(or))) return true;
  return starts(path).some((start) => known.at.has(start)) || (kind === 'count' && known.within.has(textOf(path)));
}

/** `['sites', 'tokyo']` → sites, sites tokyo. */
function starts(path: Path): string[] {
  return path.map((_, index) => textOf(path.slice(0, index + 1)));
}

const textOf = (path: Path): string => JSON.stringify(path);

/** An alias puts the same text at several paths; it is reported once. */
function inLineOrder(mistakes: readonly Mistake[]): Mistake[] {
  const sorted = mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const key = ({ line, column, fault }: Mistake) => `${line}:${column}:${fault}`;
  return [...new Map(sorted.toReversed().map((mistake) => [key(mistake), mistake])).values()].reverse();
}
