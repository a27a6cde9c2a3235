import { ALARMS, type AlarmName, runbookOf, type Severity } from '#contracts/alarms.ts';
import type { ManagedSite } from '#failover/site.ts';

/** What an operator reads first, in the Markdown of CloudWatch's text widgets. */
export function dashboardText({ topology, name, routers: { active, standby } }: ManagedSite): string {
  return [
    `## ${name} of ${topology}`,
    `${active.name} is preferred, ${standby.name} stands by.`,
    '```',
    `vyos-failover status ${name}`,
    `vyos-failover explain ${name}`,
    `vyos-failover history ${name}`,
    '```',
    `**Down**, traffic is lost: ${namesOf('down')}.`,
    `**Degraded**, the next failure may lose traffic: all others but ${namesOf('attention')}.`,
    `Runbook: \`${runbookOf('traffic-lost').replace(/#.*/, '')}\`, a section for each alarm.`,
  ]
    .join('\n\n')
    .replaceAll('\n\n```\n\n', '\n```\n')
    .replaceAll(/(vyos-failover \S+ \S+)\n\n/g, '$1\n');
}

function namesOf(severity: Severity): string {
  const names = (Object.keys(ALARMS) as AlarmName[]).filter((name) => ALARMS[name].severity === severity);
  return names.map((name) => `\`${name}\``).join(', ');
}
