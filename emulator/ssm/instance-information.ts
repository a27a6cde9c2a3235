import type { JsonParameters } from '#emulator/aws-json.ts';
import type { Guest } from '#emulator/ec2/guests.ts';
import { AwsError } from '#emulator/service.ts';
import { type Action, type Region, seconds } from './action.ts';

/** The agent reports every five minutes; only after a missed report is the connection called lost [unverified]. */
const reportMs = 5 * 60_000;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html, on one page. */
export const describeInstanceInformation: Action = {
  run(parameters, region) {
    const managed = region.guests
      .list(region.region)
      .filter(({ shell, state }) => shell !== undefined && state !== 'terminated')
      .filter(({ instance }) => region.agents.get(region.region, instance) !== 'unregistered');
    const filters = parameters.structures('Filters');
    const shown = managed.filter((guest) => filters.every((filter) => matches(filter, guest, region)));
    return { InstanceInformationList: shown.map((guest) => informationJson(guest, region)) };
  },
};

function matches(filter: JsonParameters, guest: Guest, region: Region): boolean {
  const key = filter.required('Key');
  const values = filter.texts('Values');
  if (key === 'InstanceIds') return values.includes(guest.instance);
  if (key === 'PingStatus') return values.includes(pingStatus(guest, region));
  if (key.startsWith('tag:')) return values.includes(guest.tags[key.slice('tag:'.length)] ?? '');
  throw new AwsError('InvalidFilterKey', `The filter key ${key} is not valid.`);
}

function pingStatus(guest: Guest, region: Region): 'Online' | 'ConnectionLost' {
  const silence = region.clock.now() - region.lastPing(guest.instance);
  return answers(guest, region) || silence < reportMs ? 'Online' : 'ConnectionLost';
}

function answers({ responsive, instance }: Guest, { agents, region }: Region): boolean {
  return responsive && agents.get(region, instance) === 'online';
}

function informationJson(guest: Guest, region: Region) {
  return {
    InstanceId: guest.instance,
    PingStatus: pingStatus(guest, region),
    LastPingDateTime: seconds(answers(guest, region) ? region.clock.now() : region.lastPing(guest.instance)),
    AgentVersion: region.agents.version(region.region, guest.instance),
    IsLatestVersion: region.agents.knowsVariables(region.region, guest.instance),
    PlatformType: 'Linux',
    PlatformName: 'VyOS',
    ResourceType: 'EC2Instance',
    IPAddress: guest.address,
    ComputerName: guest.tags['Name'] ?? guest.instance,
  };
}
