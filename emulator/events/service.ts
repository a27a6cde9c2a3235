import { z } from 'zod';
import { decodeJson, encodeJson, encodeJsonError } from '#emulator/aws-json.ts';
import { partitionOf } from '#emulator/partition.ts';
import { AwsError, type Service } from '#emulator/service.ts';
import type { EventBuses } from './buses.ts';

const putEvents = z.object({
  Entries: z
    .array(
      z.object({
        Source: z.string().optional(),
        DetailType: z.string().optional(),
        Detail: z.string().optional(),
        EventBusName: z.string().default('default'),
        Resources: z.array(z.string()).default([]),
      }),
    )
    .min(1)
    .max(10),
});

/**
 * "The total entry size must be less than 256KB":
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/calculate-putevents-entry-size.html. AWS has announced 1 MB; what
 * fits into the smaller one fits everywhere.
 */
const LIMIT_BYTES = 256 * 1024;

type Entry = z.infer<typeof putEvents>['Entries'][number];
type EntryResult = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

/** EventBridge's API, as far as functions call it: PutEvents. */
export function createEventsService(buses: EventBuses, accountId: string): Service {
  return {
    signingName: 'events',
    deniedCode: 'AccessDeniedException',
    throttledCode: 'ThrottlingException',
    parse(request) {
      const { action, input } = decodeJson(request, 'AWSEvents');
      if (action !== 'PutEvents') throw new AwsError('UnknownOperationException', `${action} is not emulated.`);
      const parsed = putEvents.safeParse(input);
      if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
      const { Entries } = parsed.data;
      if (Entries.reduce((sum, entry) => sum + sizeOf(entry), 0) >= LIMIT_BYTES)
        throw new AwsError(
          'ValidationException',
          `Total size of the entries in the request is over the limit of ${LIMIT_BYTES} bytes.`,
        );
      const resources = [...new Set(Entries.map(({ EventBusName }) => busName(EventBusName)))];
      // Both keys have a value for each entry: a policy judges them with ForAllValues or ForAnyValue.
      const context = {
        'events:source': Entries.flatMap(({ Source }) => Source ?? []),
        'events:detail-type': Entries.flatMap(({ DetailType }) => DetailType ?? []),
      };
      return {
        action: 'events:PutEvents',
        resources: resources.map((name) => ({
          arn: `arn:${partitionOf(request.region).name}:events:${request.region}:${accountId}:event-bus/${name}`,
          context,
        })),
        input: parsed.data,
      };
    },
    async run({ input }, { region }) {
      const results = putEvents.parse(input).Entries.map((entry) => put(buses, region, entry));
      const failed = results.filter((result) => 'ErrorCode' in result).length;
      return encodeJson({ FailedEntryCount: failed, Entries: results }, '1.1');
    },
    renderError: (error) => encodeJsonError(error, '1.1'),
  };
}

function put(buses: EventBuses, region: string, entry: Entry): EntryResult {
  const { Source: source, DetailType: detailType, Detail } = entry;
  const bus = busName(entry.EventBusName);
  if (!source || !detailType || Detail === undefined) {
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter Source, DetailType and Detail are required. Reason: they must be specified.',
    };
  }
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseObject(Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  // An event for a bus that does not exist is accepted and goes nowhere, as on AWS.
  return { EventId: buses.put(region, bus, { source, detailType, detail, resources: entry.Resources }).id };
}

/** As EventBridge calculates it, bytes. */
function sizeOf({ Source = '', DetailType = '', Detail = '', Resources }: Entry): number {
  return [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function busName(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
