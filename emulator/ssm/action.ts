import type { JsonObject, JsonParameters } from '#emulator/aws-json.ts';
import type { Guests } from '#emulator/ec2/guests.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { Clock } from '#emulator/service.ts';
import type { Agents } from './agents.ts';
import type { Documents } from './documents.ts';
import type { ParameterStore } from './parameter-store.ts';
import type { RunCommand } from './run-command.ts';

/** One region as an action sees it. */
export interface Region {
  readonly account: string;
  readonly region: string;
  readonly clock: Clock;
  readonly guests: Guests;
  readonly agents: Agents;
  readonly documents: Documents;
  readonly parameters: ParameterStore;
  readonly commands: RunCommand;
  /** Time until GetCommandInvocation finds a new command, ms. */
  readonly invisibleMs: number;
  /** When the guest last answered the service, ms since the epoch. */
  readonly lastPing: (instance: string) => number;
}

export type Resource = { readonly arn: string; readonly context?: Readonly<Record<string, string | string[]>> };

export interface Action {
  /** The resource that IAM authorizes. Default `*`. */
  readonly resources?: (parameters: JsonParameters, region: Region) => readonly Resource[];
  readonly run: (parameters: JsonParameters, region: Region, staleReads: boolean) => JsonObject;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export function documentArn({ region, account }: Region, name: string): string {
  return `arn:${partitionOf(region).name}:ssm:${region}:${account}:document/${name}`;
}

export function parameterArn({ region, account }: Region, name: string): string {
  return `arn:${partitionOf(region).name}:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}

/** What JSON 1.1 calls a timestamp: seconds. */
export const seconds = (ms: number): number => ms / 1000;
