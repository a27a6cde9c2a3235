import type { Tags } from './tags.ts';

export interface LaunchTemplate {
  readonly id: string;
  readonly name: string;
  readonly defaultVersion: number;
  /** Version 1 first. */
  readonly versions: readonly LaunchTemplateVersion[];
  readonly tags: Tags;
}

export interface LaunchTemplateVersion {
  readonly number: number;
  readonly description: string | undefined;
  readonly data: LaunchTemplateData;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** What a launch template, or a launch itself, states of an instance. Everything may be left to the other. */
export interface LaunchTemplateData {
  readonly imageId?: string | undefined;
  readonly instanceType?: string | undefined;
  /** Base64, as the API takes it. */
  readonly userData?: string | undefined;
  /** Name or ARN of an instance profile. */
  readonly profile?: string | undefined;
  readonly interfaces?: readonly InterfaceRequest[] | undefined;
  readonly subnet?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly zone?: string | undefined;
  readonly devices?: readonly DeviceRequest[] | undefined;
  readonly disableApiTermination?: boolean | undefined;
  readonly detailedMonitoring?: boolean | undefined;
  readonly metadata?: MetadataSettings | undefined;
  /** Of the instance. */
  readonly tags?: Tags | undefined;
}

/** A volume: the image's, with other properties, or an additional one. */
interface DeviceRequest {
  readonly name: string;
  /** GiB, or the snapshot to create it from; both undefined: those of the image. */
  readonly size?: number | undefined;
  readonly snapshot?: string | undefined;
}

export interface InterfaceRequest {
  readonly deviceIndex: number;
  /** An interface that exists; undefined: a new one in `subnet`. */
  readonly id?: string | undefined;
  readonly subnet?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly address?: string | undefined;
  /** Default: false for an interface that exists, true for a new one. */
  readonly deleteOnTermination?: boolean | undefined;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html */
export interface MetadataSettings {
  /** Default `optional`: version 1 is answered as well. */
  readonly tokens?: 'required' | 'optional' | undefined;
  readonly hopLimit?: number | undefined;
  /** Whether the instance's tags are in its metadata. Default false. */
  readonly tags?: boolean | undefined;
}
