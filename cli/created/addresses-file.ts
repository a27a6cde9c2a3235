import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from '#contracts/validation.ts';
import { parseAddress } from '#topology/networks.ts';
import type { Io } from '../io.ts';
import { cannotWrite } from '../output/cannot-write.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import type { NextCommand } from '../output/next-command.ts';
import { printable } from '../output/printable.ts';
import type { CreatedIds } from './read-created-ids.ts';

const id = (prefix: string) =>
  z.optional(
    z.nullable(z.string().check(z.regex(new RegExp(`^${prefix}-[0-9a-f]+$`), { error: `it must be ${prefix}-…` }))),
  );
const isAddress = z.refine<string>((text) => parseAddress(text) !== undefined, {
  error: 'it must be an IPv4 address, for example 203.0.113.9',
});
const address = z.optional(z.nullable(z.string().check(isAddress)));

/** What the deployment of a topology created, by site and router. */
const AddressesFile = z.object({
  schema: z.literal('vyos-failover.addresses/1'),
  topology: z.string(),
  sites: z.array(
    z.object({
      name: z.string(),
      vpc: id('vpc'),
      routeTable: id('rtb'),
      routers: z.array(z.object({ name: z.string(), interface: id('eni'), publicAddress: address })),
    }),
  ),
});

/** The same as `addresses --json` prints it; null: not deployed. */
export interface SiteAddresses {
  readonly name: string;
  readonly vpc: string | null;
  readonly routeTable: string | null;
  readonly routers: readonly {
    readonly name: string;
    readonly interface: string | null;
    readonly publicAddress: string | null;
  }[];
}

/** `tokyo.addresses.json` of `tokyo.yaml`; undefined for standard input. */
export function addressesFileOf(topologyFile: string): string | undefined {
  return topologyFile === '-' ? undefined : `${topologyFile.replace(/\.ya?ml$/, '')}.addresses.json`;
}

/**
 * Reads the addresses file beside a topology file.
 *
 * @param next of the command line
 * @returns undefined: there is none
 * @throws CommandError (exit code 2) if it cannot be read, has mistakes, or is of another topology
 */
export function readAddressesFile(
  topologyFile: string,
  topology: string,
  { cwd }: Pick<Io, 'cwd'>,
  next: NextCommand,
): CreatedIds | undefined {
  const file = addressesFileOf(topologyFile);
  const text = file === undefined ? undefined : textOf(file, cwd, next);
  if (file === undefined || text === undefined) return undefined;
  const { success, data, error } = z.safeParse(AddressesFile, parsed(text, file, next));
  if (!success)
    throw malformed(
      file,
      next,
      error.issues.map(({ path, message }) => `${z.core.toDotPath(path)}: ${message}`).join('; '),
    );
  if (data.topology !== topology) throw malformed(file, next, `it is of topology ${data.topology}, not of ${topology}`);
  return idsIn(data.sites);
}

export function writeAddressesFile(
  file: string,
  topology: string,
  sites: readonly SiteAddresses[],
  { cwd }: Pick<Io, 'cwd'>,
): void {
  let text = '';
  writeJson({ write: (json) => (text += json) }, 'addresses', {
    topology,
    sites: sites.map(({ name, vpc, routeTable, routers }) => ({
      name,
      vpc,
      routeTable,
      routers: routers.map((router) => ({
        name: router.name,
        interface: router.interface,
        publicAddress: router.publicAddress,
      })),
    })),
  });
  try {
    writeFileSync(resolve(cwd, file), text);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

function idsIn(sites: z.infer<typeof AddressesFile>['sites']): CreatedIds {
  const all = sites.flatMap(({ name, vpc, routeTable, routers }) => [
    [`vpc:${name}`, vpc] as const,
    [`routeTable:${name}`, routeTable] as const,
    ...routers.flatMap((router) => [
      [`eni:${router.name}`, router.interface] as const,
      [`address:${router.name}`, router.publicAddress] as const,
    ]),
  ]);
  return new Map(all.flatMap(([key, value]) => (typeof value !== 'string' ? [] : [[key, value] as const])));
}

function textOf(file: string, cwd: string, next: NextCommand): string | undefined {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw malformed(file, next, (error as Error).message);
  }
}

function parsed(text: string, file: string, next: NextCommand): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw malformed(file, next, (error as Error).message);
  }
}

function malformed(file: string, next: NextCommand, why: string): CommandError {
  const hint = `write it again (${next('addresses', '--write')}), or delete it`;
  return new CommandError(
    exitCodes.usage,
    `${file}: this addresses file cannot be used: ${printable(why)}\n    hint: ${hint}`,
  );
}
