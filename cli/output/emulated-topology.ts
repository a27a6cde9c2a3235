import type { Site, Topology } from '#topology/topology.ts';
import { shellWord } from './shell-word.ts';

/** Of what runs, what its user has to know. */
interface Emulated {
  readonly emulator: {
    readonly endpoint: string;
    readonly credentials: { forUser(): { readonly accessKeyId: string; readonly secretAccessKey: string } };
    /** @param instance `i-…` */
    metadataUrl(instance: string): string;
  };
  readonly apiUrl: (site: Site) => string;
}

/** The object of `emulate --json`. */
export function emulatedJson(topology: Topology, file: string, { emulator, apiUrl }: Emulated) {
  return {
    pid: process.pid,
    file,
    endpoint: emulator.endpoint,
    credentials: emulator.credentials.forUser(),
    sites: topology.sites.map((site) => ({
      name: site.name,
      region: site.region,
      api: apiUrl(site),
    })),
    metadata: Object.fromEntries(
      routersOf(topology).map(({ name, instance = '' }) => [name, emulator.metadataUrl(instance)]),
    ),
  };
}

/** What `emulate` prints. The process id is in it because ending npx does not end this process. */
export function emulatedText(topology: Topology, file: string, { emulator, apiUrl }: Emulated): string {
  const [site] = topology.sites;
  const active = site?.routers.active;
  return `${topology.name} runs on ${emulator.endpoint} as process ${process.pid}. To end it, press Ctrl-C or run \`kill ${process.pid}\`.

${exportLines(topology, file, emulator)}

${topology.sites.map((each) => `  ${each.name.padEnd(12)} ${each.region.padEnd(16)} ${apiUrl(each)}/v1/sites/${each.name}/events`).join('\n')}

To stop ${active?.name} and watch its routes move:
  curl -X POST ${emulator.endpoint}/_emulator/instances/${active?.instance}/stop
  aws ec2 describe-route-tables --query 'RouteTables[].Routes[].[DestinationCidrBlock,NetworkInterfaceId,State]' --output text
\`curl ${emulator.endpoint}/_emulator\` lists all actions of the emulator.
`;
}

/**
 * What another terminal needs for the emulated account. With AWS_PROFILE of the user's own account the SDK
 * [ignores the keys](https://github.com/aws/aws-sdk-js-v3/blob/main/packages/credential-provider-node/src/defaultProvider.ts), and a
 * session token of that account is sent with them.
 */
export function exportLines(
  { sites: [site] }: Topology,
  file: string,
  { endpoint, credentials }: Pick<Emulated['emulator'], 'endpoint' | 'credentials'>,
): string {
  const { accessKeyId, secretAccessKey } = credentials.forUser();
  return `  unset AWS_PROFILE AWS_SESSION_TOKEN
  export AWS_ENDPOINT_URL=${endpoint} AWS_EC2_METADATA_DISABLED=true
  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}
  export AWS_REGION=${site?.region} AWS_DEFAULT_REGION=${site?.region}
  export VYOS_FAILOVER_TOPOLOGY=${shellWord(file)}`;
}

function routersOf(topology: Topology) {
  return topology.sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
}
