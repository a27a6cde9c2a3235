import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** A query of CloudWatch Logs Insights over the log of one function. */
export interface SavedQuery {
  readonly title: string;
  readonly log: 'route-swap' | 'health-probe';
  /** Fields that a log line must have to be found. A test finds lines of the functions that have them. */
  readonly fields: readonly string[];
  /** Besides `@timestamp`. */
  readonly shows: readonly string[];
  /** More conditions. */
  readonly filter?: string;
}

export const SAVED_QUERIES = {
  swaps: {
    title: 'Swaps and refusals',
    log: 'route-swap',
    fields: ['result.outcome'],
    filter: 'result.outcome in ["swapped", "partial", "refused", "noted"]',
    shows: ['result.outcome', 'result.reason', 'result.owner', 'result.tookMs', 'id', 'message'],
  },
  report: {
    title: 'One report by its id',
    log: 'route-swap',
    fields: ['id'],
    filter: 'id = "THE-ID"',
    shows: ['level', 'decision.kind', 'decision.reason', 'result.outcome', 'message'],
  },
  callers: {
    title: 'Refused callers',
    log: 'route-swap',
    fields: ['caller', 'expected'],
    shows: ['reason', 'caller', 'expected', 'sourceIp', 'message'],
  },
  probe: {
    title: 'Problems that the probe found',
    log: 'health-probe',
    fields: ['level'],
    filter: 'level in ["WARN", "ERROR"] or (ispresent(diagnosis) and diagnosis != "Healthy")',
    shows: ['level', 'diagnosis', 'message'],
  },
} as const satisfies Readonly<Record<string, SavedQuery>>;

/** In the query language of CloudWatch Logs Insights, one command a line, the newest lines first. */
export function queryLines({ fields, shows, filter }: SavedQuery): string[] {
  const conditions = [
    ...fields.map((field) => `ispresent(${field})`),
    ...(filter === undefined ? [] : [`(${filter})`]),
  ];
  return [
    `fields ${['@timestamp', ...shows].join(', ')}`,
    `filter ${conditions.join(' and ')}`,
    'sort @timestamp desc',
    'limit 50',
  ];
}

/** The queries of a site in CloudWatch's list of saved queries, in a folder of its stack's name. */
export class SavedQueries extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { folder, logs }: { readonly folder: string; readonly logs: Record<SavedQuery['log'], ILogGroup> },
  ) {
    super(scope, id);
    for (const [name, query] of Object.entries(SAVED_QUERIES))
      new CfnQueryDefinition(this, name, {
        name: `${folder}/${query.title}`,
        logGroupNames: [logs[query.log].logGroupName],
        queryString: queryLines(query).join('\n| '),
      });
  }
}
