import { ALARMS, type AlarmDefinition } from '#contracts/alarms.ts';
import { type ManagedSite, routersOf } from '#failover/site.ts';
import { namesOf, nameWithin } from './names.ts';

/** The names of all alarms of a site in CloudWatch, those of its created routers included, the most severe first. */
export function alarmNamesOf(site: ManagedSite): string[] {
  const { stack } = namesOf({ name: site.topology }, { name: site.name });
  const routers = routersOf(site).map(({ name }) => name);
  const all: [string, AlarmDefinition][] = Object.entries(ALARMS);
  const ordered = all.toSorted(([, a], [, b]) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return ordered.flatMap(([name, { watches }]) =>
    watches.of === 'router' || watches.of === 'ec2'
      ? routers.map((router) => nameWithin(stack, name, router))
      : [nameWithin(stack, name)],
  );
}

const SEVERITIES = ['down', 'degraded', 'attention'] as const;
