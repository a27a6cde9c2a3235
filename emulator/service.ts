/**
 * What the emulator's front door (one port, SigV4, IAM, fault injection) and the AWS services behind it agree on.
 * A service turns a request into an `ApiCall` *before* anything happens, so that IAM can authorize exact actions,
 * resources and condition keys, and faults can be injected, in one place for all of them.
 */
import type { PolicyDocument } from './managed-policies.ts';

/** An HTTP request whose SigV4 signature was checked. */
export interface SignedRequest {
  readonly method: string;
  /** Path with no query string, percent-encoding as received. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** From the credential scope. */
  readonly region: string;
  readonly caller: Caller;
}

/** Who signed a request. */
export interface Caller {
  readonly accountId: string;
  /** `arn:aws:iam::…:user/x`, or `arn:aws:sts::…:assumed-role/<role>/<session>`. */
  readonly arn: string;
  /** Of a federated user: what it may do of what its maker may, which is everything. */
  readonly sessionPolicy?: PolicyDocument;
  /** The role behind an assumed-role session, as an IAM ARN; undefined for users. */
  readonly roleArn: string | undefined;
  /** Session or user name; for an instance role EC2 uses the instance id. */
  readonly sessionName: string;
  /** The root-like operator of the emulator itself: IAM is not asked. */
  readonly isAdmin: boolean;
}

/** What IAM is asked about, and what `run` gets. */
export interface ApiCall {
  /** IAM action, e.g. `ec2:ReplaceRoute`. */
  readonly action: string;
  /** Every resource must be allowed. `*` for actions without resource-level permissions. Context: IAM condition keys. */
  readonly resources: readonly {
    readonly arn: string;
    readonly context?: Readonly<Record<string, string | string[]>>;
  }[];
  /** Decoded parameters, as the service names them. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What the timeline has of `input`, where it holds a secret. Default: all. */
  readonly recorded?: Readonly<Record<string, unknown>>;
  /**
   * Set by the front door when a `stale-read` fault matches: `run` answers a read from the state of this many ms ago,
   * true: before the last write, as an eventually consistent AWS may. Services that keep only their last write treat a number
   * as true, and services without stale reads ignore it.
   */
  readonly staleReads?: boolean | number;
}

/** An event that an AWS service itself puts on the default bus (customers may not use `aws.` sources). */
export interface ServiceEvent {
  readonly region: string;
  /** `aws.ec2`, `aws.cloudwatch`, … */
  readonly source: string;
  /** e.g. `EC2 Instance State-change Notification`. */
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** ARNs. */
  readonly resources: readonly string[];
}

/** Puts an event on the region's default bus; returns at once, targets are invoked in the background. */
export type PublishEvent = (event: ServiceEvent) => void;

/** Puts one value of a metric that an AWS service itself measures, e.g. `AWS/EC2` `StatusCheckFailed`. */
export type PutMetric = (metric: {
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}) => void;

/** Adds to the emulator's timeline. */
export type RecordHappening = (happening: Happening) => void;

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A service refusing a call, with AWS's own code. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** One AWS service, all regions. Throws `AwsError` from `parse` and `run`. */
export interface Service {
  /** Service name in the credential scope: `ec2`, `ssm`, `dynamodb`, `events`, `lambda`, `sns`, `sts`. */
  readonly signingName: string;
  parse(request: SignedRequest): ApiCall;
  /**
   * Takes a token of the service's request rate, before IAM is asked: "Each request that you make removes one token from
   * the API's bucket" (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html), denied ones and dry runs as
   * well [the order is unverified]. Omitted: it does not throttle by itself.
   */
  admit?(call: ApiCall, request: SignedRequest): void;
  run(call: ApiCall, request: SignedRequest): Promise<HttpResponse>;
  /** The error in the service's own wire format. */
  renderError(error: AwsError, request: SignedRequest): HttpResponse;
  /** The code that this service uses for a denied call (`UnauthorizedOperation` in EC2, `AccessDeniedException` in JSON services). */
  readonly deniedCode: string;
  /** The code that this service uses for throttling. */
  readonly throttledCode: string;
}

/** Time as the emulator sees it, so that tests can move it. */
export interface Clock {
  /** ms since the epoch. */
  now(): number;
  /** Resolves after `ms` of this clock. */
  sleep(ms: number): Promise<void>;
}

/** What happened, for timelines and assertions. `at` in ms since the epoch. */
export type Happening =
  | {
      readonly kind: 'call';
      readonly at: number;
      readonly ms: number;
      readonly service: string;
      readonly action: string;
      readonly region: string;
      readonly caller: string;
      readonly input: Readonly<Record<string, unknown>>;
      readonly error?: string;
    }
  | {
      readonly kind: 'http-api';
      readonly at: number;
      readonly ms: number;
      readonly method: string;
      readonly path: string;
      readonly caller: string;
      readonly status: number;
      readonly region: string;
      /** What the client sent. */
      readonly body: string;
      /** Why the gateway itself refused or failed. */
      readonly reason?: string;
    }
  | {
      readonly kind: 'invocation';
      readonly at: number;
      readonly ms: number;
      readonly function: string;
      readonly outcome: 'ok' | 'error' | 'timeout';
      readonly cold: boolean;
      /** Of `ms`, the time until the handler got the event. */
      readonly startMs: number;
      readonly region: string;
      readonly requestId: string;
      /** `errorType: errorMessage`. */
      readonly error?: string;
    }
  | {
      readonly kind: 'log';
      readonly at: number;
      readonly function: string;
      readonly line: string;
      readonly region: string;
    }
  | {
      readonly kind: 'event';
      readonly at: number;
      readonly region: string;
      readonly source: string;
      readonly detailType: string;
      readonly detail: unknown;
      readonly targets: readonly string[];
    }
  | {
      readonly kind: 'metric';
      readonly at: number;
      readonly region: string;
      readonly namespace: string;
      readonly name: string;
      readonly value: number;
      readonly dimensions: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'alarm';
      readonly at: number;
      readonly region: string;
      readonly name: string;
      readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
      readonly reason: string;
    }
  | {
      readonly kind: 'notification';
      readonly at: number;
      readonly region: string;
      readonly topic: string;
      readonly subject: string | undefined;
      readonly message: string;
    }
  | {
      /** What a confirmed subscription of a topic got. */
      readonly kind: 'delivery';
      readonly at: number;
      readonly region: string;
      readonly topic: string;
      readonly protocol: string;
      readonly endpoint: string;
      readonly subject: string | undefined;
      readonly message: string;
    }
  | {
      /** A message that Amazon Q Developer in chat applications posts into a Slack channel. */
      readonly kind: 'chat';
      readonly at: number;
      readonly region: string;
      readonly channel: string;
      readonly title: string;
      readonly text: string;
      readonly thread: string | undefined;
    }
  | {
      readonly kind: 'command';
      readonly at: number;
      readonly region: string;
      readonly commandId: string;
      readonly instance: string;
      readonly document: string;
      readonly status: string;
    }
  | {
      /** An event, alarm or message that did not reach its target, e.g. for want of a permission. */
      readonly kind: 'undelivered';
      readonly at: number;
      readonly region: string;
      readonly from: string;
      readonly to: string;
      readonly reason: string;
    }
  | {
      /** What the latency model added outside of API calls (`emulator/latency.ts`). */
      readonly kind: 'latency';
      readonly at: number;
      readonly ms: number;
      readonly region: string;
      readonly service: string;
      readonly operation: string;
    }
  | {
      /** A fault that was injected into one call. */
      readonly kind: 'fault';
      readonly at: number;
      readonly region: string;
      readonly caller: string;
      readonly fault: string;
      readonly service: string;
      readonly action: string;
    };
