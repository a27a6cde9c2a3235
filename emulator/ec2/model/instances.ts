import type { MetadataSettings } from './launch-templates.ts';
import type { Tags } from './tags.ts';

export type PowerState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export type CheckStatus = 'ok' | 'impaired' | 'initializing' | 'insufficient-data' | 'not-applicable';

export interface Instance {
  readonly id: string;
  readonly state: PowerState;
  /** The result of EC2's instance status check. */
  readonly check: CheckStatus;
  /** When `check` became `impaired`, ms since the epoch. */
  readonly impairedSince: number | undefined;
  /** When the attached-EBS status check failed, ms since the epoch; undefined: it passes. */
  readonly volumesImpairedSince: number | undefined;
  readonly scheduledEvents: readonly ScheduledEvent[];
  /** Whether anything inside answers: SSM agent, metadata client, the router itself. */
  readonly responsive: boolean;
  readonly tags: Tags;
  /** Name of its instance profile; of an instance of the account fixture, its role's. */
  readonly profile: string | undefined;
  /** ms since the epoch. */
  readonly launchedAt: number;
  readonly type: string;
  /** Undefined: an instance of the account fixture, which states none. */
  readonly image: string | undefined;
  /** Availability Zone. */
  readonly zone: string;
  /** Base64. */
  readonly userData: string | undefined;
  readonly disableApiTermination: boolean;
  readonly detailedMonitoring: boolean;
  readonly metadata: MetadataSettings;
  /** What its guest wrote to the serial console. */
  readonly console: string;
}

/**
 * What EC2 is going to do to an instance: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html
 */
export interface ScheduledEvent {
  readonly id: string;
  readonly code: 'instance-reboot' | 'system-reboot' | 'system-maintenance' | 'instance-retirement' | 'instance-stop';
  /** Begins with `[Completed]` or `[Canceled]` when it is over. */
  readonly description: string;
  /** ms since the epoch. */
  readonly notBefore: number;
}
