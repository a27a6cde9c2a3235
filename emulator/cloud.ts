import type { Alarms } from './cloudwatch/alarms.ts';
import type { Ec2 } from './ec2/service.ts';
import type { EventBuses } from './events/buses.ts';
import type { HttpApi } from './http-api/http-api.ts';
import type { Iam } from './iam.ts';
import type { InstanceProfiles } from './instance-profiles.ts';
import type { Functions } from './lambda/functions.ts';
import type { Ids } from './random.ts';
import type { Clock } from './service.ts';
import type { Topics } from './sns/topics.ts';

/** What a template's resources are made in. */
export interface Cloud {
  readonly accountId: string;
  /** `Account.raisedQuotas`. */
  readonly raisedQuotas: Readonly<Record<string, number>>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly ec2: Ec2;
  readonly iam: Iam;
  readonly instanceProfiles: InstanceProfiles;
  readonly functions: Functions;
  readonly buses: EventBuses;
  readonly topics: Topics;
  readonly alarms: Alarms;
  startHttpApi(api: Pick<HttpApi, 'id' | 'name' | 'region' | 'stackName'>): Promise<HttpApi>;
  /** Throws when there is none. */
  httpApi(id: string): HttpApi;
  registerDocument(region: string, name: string, content: string | object): void;
  putParameter(region: string, name: string, value: string, type: 'String' | 'StringList'): void;
  /** `properties` of the template, `TableName` included. */
  createTable(region: string, properties: Readonly<Record<string, unknown>>): Promise<void>;
  /** API Gateway's integrations by id. */
  readonly integrations: Map<string, { readonly functionArn: string; readonly timeoutMs: number }>;
  /** A directory of the emulator's own, gone when it is closed. */
  readonly scratch: string;
  /** Replaces API Gateway's public URLs in a text by the local ones. */
  localize(text: string): string;
}
