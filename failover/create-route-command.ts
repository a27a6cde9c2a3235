import type { ManagedRoute } from './site.ts';

/** The AWS CLI command that creates a managed route at an interface. Functions create none in a swap (rule 7). */
export function createRouteCommand({ table, destination }: ManagedRoute, region: string, eni: string): string {
  return `aws ec2 create-route --region ${region} --route-table-id ${table} ${destinationOption(destination)} --network-interface-id ${eni}`;
}

/** https://docs.aws.amazon.com/cli/latest/reference/ec2/create-route.html */
function destinationOption(destination: string): string {
  if (destination.startsWith('pl-')) return `--destination-prefix-list-id ${destination}`;
  if (destination.includes(':')) return `--destination-ipv6-cidr-block ${destination}`;
  return `--destination-cidr-block ${destination}`;
}
