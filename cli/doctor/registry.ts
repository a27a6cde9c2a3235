import type { Check } from './check.ts';
import { agentOutdated } from './checks/agent-outdated.ts';
import { agentSilent } from './checks/agent-silent.ts';
import { alarmMissing } from './checks/alarm-missing.ts';
import { alarmRaised } from './checks/alarm-raised.ts';
import { apiQuota } from './checks/api-quota.ts';
import { clockSkew } from './checks/clock-skew.ts';
import { configDrift } from './checks/config-drift.ts';
import { contactMissing } from './checks/contact-missing.ts';
import { diskFull } from './checks/disk-full.ts';
import { ec2Unreadable } from './checks/ec2-unreadable.ts';
import { instanceId } from './checks/instance-id.ts';
import { instanceNotRunning } from './checks/instance-not-running.ts';
import { interfaceDetached } from './checks/interface-detached.ts';
import { keyDenied } from './checks/key-denied.ts';
import { keyDiffers } from './checks/key-differs.ts';
import { keyMissing } from './checks/key-missing.ts';
import { keyUnfit } from './checks/key-unfit.ts';
import { keyUnused } from './checks/key-unused.ts';
import { lambdaConcurrency } from './checks/lambda-concurrency.ts';
import { maintenance } from './checks/maintenance.ts';
import { networkAcl } from './checks/network-acl.ts';
import { noPath } from './checks/no-path.ts';
import { pairSession } from './checks/pair-session.ts';
import { paused } from './checks/paused.ts';
import { probeMissing } from './checks/probe-missing.ts';
import { programsOutdated } from './checks/programs-outdated.ts';
import { pushUnfinished } from './checks/push-unfinished.ts';
import { replaceRefused } from './checks/replace-refused.ts';
import { reportPath } from './checks/report-path.ts';
import { reporterMissing } from './checks/reporter-missing.ts';
import { routeBlackhole } from './checks/route-blackhole.ts';
import { routeForeign } from './checks/route-foreign.ts';
import { routeMissing } from './checks/route-missing.ts';
import { routeQuota } from './checks/route-quota.ts';
import { routesSplit } from './checks/routes-split.ts';
import { scheduledEvent } from './checks/scheduled-event.ts';
import { securityGroup } from './checks/security-group.ts';
import { sessionDown } from './checks/session-down.ts';
import { sourceDestCheck } from './checks/source-dest-check.ts';
import { statusCheck } from './checks/status-check.ts';
import { storeUnreachable } from './checks/store-unreachable.ts';
import { subscriptionMissing } from './checks/subscription-missing.ts';
import { subscriptionPending } from './checks/subscription-pending.ts';
import { swapSlow } from './checks/swap-slow.ts';
import { swapUnfinished } from './checks/swap-unfinished.ts';
import { throttleShared } from './checks/throttle-shared.ts';
import { throttled } from './checks/throttled.ts';
import { topologyDiffers } from './checks/topology-differs.ts';
import { trustStore } from './checks/trust-store.ts';
import { unitStopped } from './checks/unit-stopped.ts';
import { versionSkew } from './checks/version-skew.ts';

/** The finding about a site that does not answer; no check can be made then. */
export const SITE_UNREACHABLE = { id: 'site-unreachable', severity: 'degraded' } as const;

/** Every check of a site that answers, in the order in which findings of one severity are shown. */
export const CHECKS: readonly Check[] = [
  storeUnreachable,
  probeMissing,
  ec2Unreadable,
  routeMissing,
  routeBlackhole,
  routeForeign,
  routesSplit,
  swapUnfinished,
  instanceNotRunning,
  interfaceDetached,
  sourceDestCheck,
  statusCheck,
  instanceId,
  agentSilent,
  noPath,
  sessionDown,
  pairSession,
  contactMissing,
  reportPath,
  reporterMissing,
  unitStopped,
  clockSkew,
  trustStore,
  diskFull,
  agentOutdated,
  programsOutdated,
  keyMissing,
  keyDiffers,
  keyUnfit,
  keyDenied,
  keyUnused,
  configDrift,
  pushUnfinished,
  replaceRefused,
  securityGroup,
  networkAcl,
  lambdaConcurrency,
  apiQuota,
  routeQuota,
  swapSlow,
  throttleShared,
  throttled,
  subscriptionMissing,
  subscriptionPending,
  alarmRaised,
  alarmMissing,
  scheduledEvent,
  paused,
  maintenance,
  versionSkew,
  topologyDiffers,
];
