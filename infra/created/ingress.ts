import type { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { isCreatedId } from '#topology/created-ids.ts';
import type { IngressRule } from '#vyos/security-groups.ts';

/** Whether a rule's source is the Elastic IP of another created router, which is known when its stack is deployed. */
export function isFromFarSite({ source }: IngressRule): boolean {
  return isCreatedId(addressIn(source));
}

/** `203.0.113.10` of `203.0.113.10/32`. */
export function addressIn(source: string): string {
  return source.replace(/\/\d+$/, '');
}

/** As CloudFormation has a rule. */
export function ingressProperty({
  protocol,
  port,
  source,
  why,
}: IngressRule): CfnSecurityGroup.IngressProperty & { readonly cidrIp: string } {
  return {
    ipProtocol: protocol,
    ...(port !== undefined && { fromPort: port, toPort: port }),
    cidrIp: source,
    description: descriptionOf(why),
  };
}

/** EC2 takes 255 of few characters: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html */
function descriptionOf(why: string): string {
  return why.replaceAll(/[^a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]/g, ' ').slice(0, 255);
}
