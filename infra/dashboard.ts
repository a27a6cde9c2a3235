import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  LogQueryVisualizationType,
  LogQueryWidget,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Metric } from '#contracts/metrics.ts';
import { type ManagedSite, routersOf } from '#failover/site.ts';
import { siteMetric } from './alarm-metrics.ts';
import { alarmNamesOf } from './alarm-names.ts';
import { dashboardText } from './dashboard-text.ts';
import { namesOf } from './names.ts';
import { queryLines, SAVED_QUERIES } from './saved-queries.ts';

export interface SiteDashboardProps {
  readonly site: ManagedSite;
  /** The log of route-swap. */
  readonly swaps: ILogGroup;
}

/** CloudWatch's grid has 24 columns. */
const FULL = 24;
const HALF = 12;
const THIRD = 8;

/**
 * The dashboard of a site: who owns the routes, whether it could fail over, what the routers' sessions are, and what happened. Its name
 * is that of the stack: dashboards have no Region.
 */
export class SiteDashboard extends Construct {
  readonly #site: ManagedSite;

  constructor(scope: Construct, id: string, { site, swaps }: SiteDashboardProps) {
    super(scope, id);
    this.#site = site;
    const { stack: name } = namesOf({ name: site.topology }, { name: site.name });
    new Dashboard(this, 'Dashboard', {
      dashboardName: name,
      defaultInterval: Duration.hours(3),
      // A band of minutes stays one, however long the time that is shown.
      periodOverride: PeriodOverride.INHERIT,
      widgets: [
        [new TextWidget({ markdown: dashboardText(site), width: THIRD, height: 7 }), this.#alarms()],
        [this.#owner(), this.#swaps()],
        [this.#readiness(), this.#fitness(), this.#sessions()],
        [this.#log(swaps)],
      ],
    });
  }

  #alarms(): AlarmStatusWidget {
    const alarms = alarmNamesOf(this.#site).map((alarm) => Alarm.fromAlarmName(this, alarm, alarm));
    return new AlarmStatusWidget({
      title: `Alarms of ${this.#site.name}`,
      alarms,
      width: FULL - THIRD,
      height: 7,
    });
  }

  /**
   * Two areas: one of them is the whole band, except while a swap is under way. What is missing of 100 % is at neither router. Neither is
   * computed from the other: without data of the probe, or with routes elsewhere, the graph claims no owner.
   */
  #owner(): GraphWidget {
    const { active, standby } = this.#site.routers;
    const atActive = this.#metric('RoutesAtActive', 'Minimum', active.name).with({ color: Color.BLUE });
    const atStandby = this.#metric('RoutesAtStandby', 'Maximum', standby.name).with({ color: Color.ORANGE });
    return graph({
      title: 'Owner: share of the routes at each router',
      stacked: true,
      left: [atActive, atStandby],
      leftYAxis: { min: 0, max: 100, showUnits: false, label: '%' },
      width: HALF,
    });
  }

  #swaps(): GraphWidget {
    return graph({
      title: 'Failovers, and ms from the trigger to the verified routes',
      left: [this.#metric('SwapMs', 'Maximum', 'ms to verified').with({ color: Color.PURPLE })],
      right: [
        this.#metric('FailoverCompleted', 'Sum', 'completed').with({ color: Color.GREEN }),
        this.#metric('FailoverPartial', 'Sum', 'partial').with({ color: Color.RED }),
        this.#metric('FailoverRefused', 'Sum', 'refused').with({ color: Color.ORANGE }),
      ],
      leftYAxis: { min: 0, showUnits: false, label: 'ms' },
      rightYAxis: { min: 0, showUnits: false },
      width: HALF,
    });
  }

  #readiness(): GraphWidget {
    return graph({
      title: 'Ready to fail over (1), or not (0)',
      left: [this.#metric('FailoverReady', 'Minimum', 'ready').with({ color: Color.GREEN })],
      leftYAxis: { min: 0, max: 1, showUnits: false },
      width: THIRD,
    });
  }

  /** Minutes without data are good ones. */
  #fitness(): GraphWidget {
    return graph({
      title: 'Minutes in which a router was unfit, or traffic lost',
      stacked: true,
      left: [
        ...this.#ofRouters('RouterUnfit', 'Sum', (router) => `${router} unfit`),
        ...this.#ofRouters('ContactMissing', 'Sum', (router) => `${router} cannot report`),
        this.#metric('TrafficLost', 'Sum', 'traffic lost').with({ color: Color.RED }),
        this.#metric('ForeignRoutes', 'Sum', 'foreign routes').with({ color: Color.BROWN }),
      ],
      leftYAxis: { min: 0, showUnits: false },
      width: THIRD,
    });
  }

  #sessions(): GraphWidget {
    const expected = Math.max(...routersOf(this.#site).map(({ bgp }) => bgp.tunnels.length));
    return graph({
      title: 'eBGP sessions with prefixes (line: expected)',
      left: this.#ofRouters('EbgpReceiving', 'Minimum', (router) => router),
      leftAnnotations: [{ value: expected, label: `expected: ${expected}`, color: Color.GREY }],
      leftYAxis: { min: 0, showUnits: false },
      width: THIRD,
    });
  }

  #log({ logGroupName }: ILogGroup): LogQueryWidget {
    const { swaps } = SAVED_QUERIES;
    return new LogQueryWidget({
      title: swaps.title,
      logGroupNames: [logGroupName],
      queryLines: queryLines(swaps),
      view: LogQueryVisualizationType.TABLE,
      width: FULL,
      height: 6,
    });
  }

  #metric(name: Metric, statistic: 'Sum' | 'Minimum' | 'Maximum', label?: string) {
    const metric = siteMetric(this.#site, name, statistic);
    return label === undefined ? metric : metric.with({ label });
  }

  #ofRouters(name: Metric, statistic: 'Sum' | 'Minimum', label: (router: string) => string): IMetric[] {
    return routersOf(this.#site).map((router) =>
      siteMetric(this.#site, name, statistic, router.name).with({ label: label(router.name) }),
    );
  }
}

const MINUTE = Duration.minutes(1);

function graph(props: GraphWidgetProps): GraphWidget {
  return new GraphWidget({ height: 6, period: MINUTE, liveData: true, ...props });
}
