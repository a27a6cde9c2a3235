import type { ChatConfigurations } from './chatbot/configurations.ts';
import type { CustomRequests } from './cloudformation/custom-requests.ts';
import type { Alarms } from './cloudwatch/alarms.ts';
import type { DashboardBody } from './cloudwatch/dashboard-body.ts';
import type { Tables } from './dynamodb/tables.ts';
import type { Ec2 } from './ec2/service.ts';
import type { EventBuses } from './events/buses.ts';
import type { HttpApi } from './http-api/http-api.ts';
import type { Integration } from './http-api/routes.ts';
import type { Iam } from './iam.ts';
import type { Functions } from './lambda/functions.ts';
import type { Ids } from './random.ts';
import type { Buckets } from './s3/buckets.ts';
import type { Clock } from './service.ts';
import type { Topics } from './sns/topics.ts';
import type { Queues } from './sqs/queues.ts';
import type { Documents } from './ssm/documents.ts';
import type { ParameterStore } from './ssm/parameter-store.ts';

/** What a template's resources are made in. */
export interface Cloud {
  readonly accountId: string;
  /** `Account.raisedQuotas`. */
  readonly raisedQuotas: Readonly<Record<string, number>>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly ec2: Ec2;
  readonly iam: Iam;
  readonly functions: Functions;
  readonly buses: EventBuses;
  readonly topics: Topics;
  readonly queues: Queues;
  readonly alarms: Alarms;
  /** CloudWatch dashboards by name: they have no Region. */
  readonly dashboards: Map<string, DashboardBody>;
  readonly chat: ChatConfigurations;
  startHttpApi(api: Pick<HttpApi, 'id' | 'name' | 'region' | 'stackName'>): Promise<HttpApi>;
  stopHttpApi(id: string): Promise<void>;
  /** Throws when there is none. */
  httpApi(id: string): HttpApi;
  /** A new document, or a new version of one that exists. */
  registerDocument(region: string, name: string, content: string | object): void;
  documents(region: string): Documents;
  parameters(region: string): ParameterStore;
  tables(region: string): Tables;
  readonly buckets: Buckets;
  readonly customRequests: CustomRequests;
  /** Names of log groups, as `region/name`. */
  readonly logGroups: Set<string>;
  /** API Gateway's integrations by id. */
  readonly integrations: Map<string, Integration>;
  /** A directory of the emulator's own, gone when it is closed. */
  readonly scratch: string;
  /** Replaces API Gateway's public URLs in a text by the local ones. */
  localize(text: string): string;
}
