import { Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { VIEW_ALIAS } from '#contracts/view-alias.ts';
import { leastDurationMs } from '#failover/call-pacer.ts';
import type { ManagedSite } from '#failover/site.ts';
import { healthProbeEnvironment, ROUND_WITHIN_MS } from '#functions/health-probe/settings.ts';
import { routeSwapEnvironment } from '#functions/route-swap/settings.ts';
import type { namesOf } from './names.ts';
import { allowHealthProbe, allowRouteSwap } from './permissions.ts';
import { probeDocument } from './probe-document.ts';
import { SiteFunction } from './site-function.ts';

/** What both functions are made from. */
export interface SiteFunctionsProps {
  readonly names: ReturnType<typeof namesOf>;
  /** With placeholders for what is created. */
  readonly site: ManagedSite;
  /** Ids of all placeholders in the site, as JSON; undefined: there are none. */
  readonly createdIds: string | undefined;
  readonly table: TableV2;
  readonly deadLetters: IQueue;
}

/**
 * The only function that moves routes.
 *
 * @param of `deployed`: the site with references to what is created; `reservedConcurrency` 0: none
 */
export function routeSwapFunction(
  scope: Construct,
  of: SiteFunctionsProps & { readonly deployed: ManagedSite; readonly reservedConcurrency: number },
): SiteFunction {
  const { names, site, deployed, createdIds, table, deadLetters, reservedConcurrency } = of;
  const fn = new SiteFunction(scope, 'RouteSwap', {
    folder: 'route-swap',
    name: names.routeSwap,
    site,
    environment: routeSwapEnvironment(
      { table: table.tableName, document: names.probeDocument, examineDocument: names.examineDocument },
      createdIds,
    ),
    timeout: routeSwapTimeout(site),
    ...(reservedConcurrency > 0 && { reservedConcurrency }),
    retryAttempts: 2,
    deadLetters,
  });
  const documents = [names.probeDocument, names.examineDocument];
  allowRouteSwap(fn, Stack.of(scope), { site: deployed, table, documents });
  return fn;
}

/** For viewers: route-swap changes nothing when it is invoked by this alias. */
export function viewAlias(scope: Construct, { function: routeSwap }: SiteFunction): Alias {
  return new Alias(scope, 'ViewAlias', { aliasName: VIEW_ALIAS, version: routeSwap.latestVersion });
}

/** Probes both routers every minute, with its own document, and starts route-swap. */
export function healthProbeFunction(
  scope: Construct,
  of: SiteFunctionsProps & { readonly routeSwap: SiteFunction },
): SiteFunction {
  const { names, site, createdIds, table, deadLetters, routeSwap } = of;
  const { probeDocument: document, configPush } = names;
  probeDocument(scope, document);
  const fn = new SiteFunction(scope, 'HealthProbe', {
    folder: 'health-probe',
    name: names.healthProbe,
    site,
    environment: healthProbeEnvironment(
      { table: table.tableName, document, routeSwap: routeSwap.function.functionName, configPush },
      createdIds,
    ),
    timeout: Duration.millis(ROUND_WITHIN_MS),
    retryAttempts: 0,
    deadLetters,
  });
  allowHealthProbe(fn, Stack.of(scope), { site, table, document, routeSwap, configPush });
  return fn;
}

/**
 * The longest time of a swap, and the time that EC2's throttle adds for many routes. Routers wait up to the API's 30 s; after
 * that the function continues, and their next retry finds the routes moved.
 */
function routeSwapTimeout(site: ManagedSite): Duration {
  return Duration.millis(
    Math.min(SLOW_READS_MS + Math.ceil(leastDurationMs(site.routes.length) / 1000) * 1000, LONGEST_FUNCTION_MS),
  );
}

/**
 * Two observations in which EC2 answers only in the last try (`aws/longer-last-try.ts`), and the calls between them; less than the
 * 30 s that the API waits.
 */
const SLOW_READS_MS = 25_000;
const LONGEST_FUNCTION_MS = 900_000;
