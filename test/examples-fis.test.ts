import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { managedSite } from '#failover/site.ts';
import { alarmNamesOf } from '#infra/alarm-names.ts';
import { siteTags } from '#infra/names.ts';
import { loadTopology } from '#topology/load.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';

const folder = new URL('../examples/fis/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

interface Template {
  readonly targets: Readonly<Record<string, Target>>;
  readonly actions: Readonly<Record<string, Action>>;
  readonly stopConditions: readonly { readonly source: string; readonly value: string }[];
}
interface Target {
  readonly resourceType: string;
  readonly resourceTags?: Readonly<Record<string, string>>;
  readonly resourceArns?: readonly string[];
}
interface Action {
  readonly actionId: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly targets?: Readonly<Record<string, string>>;
  readonly startAfter?: readonly string[];
}

/** Parameters and the target of each action: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html */
const ACTIONS: Readonly<Record<string, { parameters: readonly string[]; target?: readonly [string, string] }>> = {
  'aws:ec2:stop-instances': { parameters: ['startInstancesAfterDuration'], target: ['Instances', 'aws:ec2:instance'] },
  'aws:ec2:reboot-instances': { parameters: [], target: ['Instances', 'aws:ec2:instance'] },
  'aws:network:disrupt-connectivity': { parameters: ['duration', 'scope'], target: ['Subnets', 'aws:ec2:subnet'] },
  'aws:fis:inject-api-throttle-error': {
    parameters: ['duration', 'operations', 'percentage', 'service'],
    target: ['Roles', 'aws:iam:role'],
  },
  'aws:fis:wait': { parameters: ['duration'] },
};

const { topology } = loadTopology(readFileSync(new URL('../created.yaml', folder), 'utf8'), 'created.yaml');
const [tokyo] = (topology as Topology).sites as [Site, ...Site[]];
const tags = siteTags(topology as Topology, tokyo);
const routers = [tokyo.routers.active.name, tokyo.routers.standby.name];
const alarms = alarmNamesOf(managedSite(topology as Topology, tokyo, bgpNeighbors(topology as Topology)));

describe.each(files)('examples/fis/%s', (file) => {
  const { targets, actions, stopConditions } = JSON.parse(read(file)) as Template;

  test('has actions and parameters of FIS, on targets that the template defines', () => {
    for (const { actionId, parameters, targets: on = {}, startAfter = [] } of Object.values(actions)) {
      const known = ACTIONS[actionId];
      expect([actionId, Object.keys(parameters).toSorted()]).toEqual([actionId, known?.parameters]);
      const durations = Object.entries(parameters).filter(([key]) => /duration/i.test(key));
      expect(durations.filter(([, value]) => !/^PT\d+M$/.test(value))).toEqual([]);
      const [[key, name] = [], ...more] = Object.entries(on);
      expect([more, key, name && targets[name]?.resourceType]).toEqual([
        [],
        ...(known?.target ?? [undefined, undefined]),
      ]);
      expect(startAfter.filter((each) => actions[each] === undefined)).toEqual([]);
    }
  });

  test('names tags that the deployment gives to its routers, or resources', () => {
    const named = Object.values(targets).map(({ resourceTags, resourceArns }) => resourceTags ?? resourceArns?.length);
    const possible = [1, ...routers.map((router) => ({ ...tags, 'vyos-failover-router': router }))];
    expect(possible).toEqual(expect.arrayContaining(named));
  });

  test('stops by an alarm of the site', () => {
    const stops = stopConditions.map(({ source, value }) => [source, value.replace(/^.*:alarm:/, '')]);
    expect(stops.every(([source, name = '']) => source === 'aws:cloudwatch:alarm' && alarms.includes(name))).toBe(true);
    expect(stops).toHaveLength(1);
  });

  test('is described in the README', () => {
    expect(read('README.md')).toContain(`[${file}](${file})`);
  });
});
