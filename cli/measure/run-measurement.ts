import type { CommandEnd, CommandRequest } from '#aws/run-command.ts';
import { Measurement } from '#contracts/measurement.ts';
import * as z from '#contracts/validation.ts';
import { namesOf } from '#infra/names.ts';
import type { Cli } from '../cli.ts';
import { printable } from '../output/printable.ts';
import type { SiteRef } from '../transport/invoke-site.ts';

/** What to measure from one machine. */
interface MeasurementRequest {
  /** `i-…` */
  readonly instance: string;
  readonly pings: readonly PingTarget[];
  /** Addresses whose route the kernel looks up. Default: none. */
  readonly routes?: readonly string[];
  readonly seconds: number;
  /** Time between two packets, ms: 20 to 1000. */
  readonly everyMs: number;
  /** The measurement ends when more packets are lost. Default: it does not end early. */
  readonly mostLost?: number;
}

interface PingTarget {
  readonly address: string;
  /** Largest packet to try, bytes; undefined: the MTU is not measured. The same for all targets of a request. */
  readonly mtu?: number;
}

/** `measured: false`: the machine did not answer, with the reason as a clause. */
export type MeasurementEnd = ({ readonly measured: true } & Measurement) | NotMeasured;

export interface NotMeasured {
  readonly measured: false;
  readonly why: string;
}

/** For the start of the command, the search for MTUs, and the answer's way back. */
const BEYOND_MS = 30_000;

/**
 * Runs the measuring document on a machine of a site's Region.
 *
 * @throws AbortError if the signal aborts
 */
export async function runMeasurement(
  siteRef: SiteRef,
  request: MeasurementRequest,
  { environment, io }: Pick<Cli, 'environment' | 'io'>,
): Promise<MeasurementEnd> {
  const command = commandOf(siteRef, request);
  return parseEnd(await environment.cloud.runDocument(siteRef.site.region, command, io.signal));
}

function commandOf(
  { topology, site }: SiteRef,
  { instance, pings, routes = [], seconds, everyMs, mostLost = 99_999 }: MeasurementRequest,
): CommandRequest {
  return {
    document: namesOf(topology, site).measureDocument,
    instance,
    parameters: {
      Ping: listOf(pings.map(({ address }) => address)),
      Mtus: listOf(pings.flatMap(({ mtu }) => (mtu === undefined ? [] : [String(mtu)]))),
      Routes: listOf(routes),
      Seconds: String(seconds),
      Every: String(everyMs),
      MostLost: String(mostLost),
    },
    deadlineMs: seconds * 1000 + BEYOND_MS,
    repeatable: true,
  };
}

function listOf(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.join(' ');
}

function parseEnd(end: CommandEnd): MeasurementEnd {
  if (end.kind !== 'answered') return { measured: false, why: printable(end.why) };
  try {
    const read = z.safeParse(Measurement, JSON.parse(end.output));
    if (read.success) return { measured: true, ...(read.data as Measurement) };
  } catch {
    // Reported below.
  }
  return { measured: false, why: 'the output of the measuring document cannot be read' };
}
