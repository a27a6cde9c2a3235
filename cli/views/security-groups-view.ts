import type { IngressRule, RouterRules } from '#vyos/security-groups.ts';
import { shellWord } from '../output/shell-word.ts';
import { renderTable } from '../output/table.ts';

/** A table for each router, and the same rules as AWS CLI commands in which the operator sets the security group. */
export function showSecurityGroups(routers: readonly RouterRules[], columns?: number): string {
  return routers
    .map((router) =>
      [headOf(router), renderTable(HEAD, router.rules.map(row), columns), '', ...commands(router)].join('\n'),
    )
    .join('\n\n');
}

const HEAD = ['PROTOCOL', 'PORT', 'FROM', 'WHY'];

function headOf({ router, site, region, eni }: RouterRules): string {
  return `${router} (${site}, ${region}, ${eni ?? 'no interface yet'}): inbound`;
}

function row({ protocol, port, source, why }: IngressRule): string[] {
  return [NAMES[protocol] ?? protocol, port === undefined ? '–' : String(port), source, why];
}

/** `UDP 500`, `GRE (47)`. */
export function withProtocol({ protocol, port }: IngressRule): string {
  const name = NAMES[protocol] ?? protocol.toUpperCase();
  return port === undefined ? (protocol === '-1' ? 'all traffic' : name) : `${name} ${port}`;
}

const NAMES: Readonly<Record<string, string>> = {
  '-1': 'all',
  '47': 'GRE (47)',
  '50': 'ESP (50)',
  '112': 'VRRP (112)',
};

function commands({ router, region, rules }: RouterRules): string[] {
  const group = `SG_${router.toUpperCase().replaceAll('-', '_')}`;
  return [
    `${group}=sg-…   # security group of the interface of ${router}`,
    ...rules.map(
      (rule) =>
        `aws ec2 authorize-security-group-ingress --region ${region} --group-id "$${group}" --ip-permissions ${permission(rule)}`,
    ),
  ];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
export function permission({ protocol, port, source, why }: IngressRule): string {
  const ports = port === undefined ? '' : `,FromPort=${port},ToPort=${port}`;
  return shellWord(`IpProtocol=${protocol}${ports},IpRanges=[{CidrIp=${source},Description="${described(why)}"}]`);
}

/** A description has at most 255 characters of a limited set. */
function described(why: string): string {
  return why.replace(/[^A-Za-z0-9 ._:/()#,@[\]+=&;{}!$*-]/g, '').slice(0, 255);
}
