import { Duration, type Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ManagedSite } from '#failover/site.ts';
import { DEADLINES, VERIFY } from '#functions/config-push/limits/deployed-limits.ts';
import { FUNCTION_TIMEOUT_MS } from '#functions/config-push/limits/time-budget.ts';
import { configPushEnvironment } from '#functions/config-push/settings.ts';
import {
  applyConfigDocument,
  installBundleDocument,
  listNeighborsDocument,
  showConfigDocument,
} from './config-documents.ts';
import type { namesOf } from './names.ts';
import { allowConfigPush } from './permissions.ts';
import { SiteAlarms } from './site-alarms.ts';
import { SiteFunction } from './site-function.ts';

export interface ConfigPushProps {
  readonly stack: Stack;
  readonly site: ManagedSite;
  /** Ids of all placeholders in the site, and of the routers' addresses of all sites, as JSON; undefined: there are none. */
  readonly createdIds: string | undefined;
  /** The routers that can run programs, and what the names of their boot parameters begin with. */
  readonly programs: { readonly parameters: string; readonly routers: readonly string[] };
  readonly names: ReturnType<typeof namesOf>;
  readonly table: TableV2;
  /** 0: none. */
  readonly reservedConcurrency: number;
  /** Of the site. */
  readonly deadLetters: IQueue;
}

/** The only function that changes routers, and it can change no route. The API of operators invokes it, and health-probe. */
export class ConfigPush extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: ConfigPushProps) {
    super(scope, id);
    const { stack, site, createdIds, programs, names, table, reservedConcurrency, deadLetters } = props;
    const documents = {
      show: showConfigDocument(this, names.showConfigDocument),
      apply: applyConfigDocument(this, names.applyConfigDocument),
      neighbors: listNeighborsDocument(this, names.listNeighborsDocument),
      install:
        programs.routers.length === 0 ? undefined : installBundleDocument(this, names.installBundleDocument, programs),
    };
    const fn = new SiteFunction(this, 'Push', {
      folder: 'config-push',
      name: names.configPush,
      site,
      environment: configPushEnvironment(
        { table: table.tableName, documents, programRouters: programs.routers, verify: VERIFY, deadlines: DEADLINES },
        createdIds,
      ),
      timeout: Duration.millis(FUNCTION_TIMEOUT_MS),
      ...(reservedConcurrency > 0 && { reservedConcurrency }),
      retryAttempts: 0,
      deadLetters,
    });
    allowConfigPush(fn, stack, {
      site,
      table,
      documents: Object.values(documents).filter((name) => name !== undefined),
    });
    new SiteAlarms(this, site).add('push-failed');
    this.function = fn.function;
  }
}
