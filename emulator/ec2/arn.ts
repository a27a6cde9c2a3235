import { partitionOf } from '#emulator/partition.ts';
import type { RegionState } from './state.ts';

export function arnOf({ region, account }: RegionState, type: string, id: string): string {
  return `arn:${partitionOf(region).name}:ec2:${region}:${account}:${type}/${id}`;
}
