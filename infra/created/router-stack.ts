import { type App, CfnCondition, CfnOutput, CfnParameter, Fn, Stack, Validations } from 'aws-cdk-lib';
import { CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import { type ManagedSite, managedSite } from '#failover/site.ts';
import { createdKeysIn } from '#topology/created-ids.ts';
import type { Router, RouterCreation, Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { bootParameterName } from '#vyos/boot-values.ts';
import { securityGroups } from '#vyos/security-groups.ts';
import { MODEL_OUTPUT, modelDigest } from '../deployed-metadata.ts';
import { withFeatureFlags } from '../feature-flags.ts';
import { namesOf, routerStackName, siteTags } from '../names.ts';
import { type BootFile, BootSource, type BootSourceProps } from '../router-bundles/boot-source.ts';
import { createdAddresses } from '../router-bundles/created-addresses.ts';
import type { SiteStack } from '../site-stack.ts';
import { stackEnvironment } from '../stack-environment.ts';
import type { CreatedIds } from './created-ids.ts';
import { imageIdOf } from './image-id.ts';
import { addressIn, ingressProperty, isFromFarSite } from './ingress.ts';
import { latestVersion, routerLaunchTemplate } from './launch-template.ts';
import { RouterInstance } from './router-instance.ts';
import { RouterRole } from './router-role.ts';

export interface RouterStackProps {
  readonly topology: Topology;
  readonly site: Site;
  readonly router: Router;
  readonly created: CreatedIds;
  /** The site's own stack, and those of the others by site. */
  readonly siteStack: SiteStack;
  readonly siteStacks: ReadonlyMap<string, SiteStack>;
  /** The router's bundle. */
  readonly bundle: BootSourceProps['bundle'];
  /** The SSM agent's package. */
  readonly agent: BootFile | undefined;
  /** What it is launched with. */
  readonly userData: Buffer;
}

/**
 * One created router: its role, what it boots from, how it is launched, its instance, and what observes that. `upgrade` replaces
 * the instance by the stack's parameters; an ordinary deployment keeps their values, and so never touches it.
 */
export class RouterStack extends Stack {
  constructor(app: App, of: RouterStackProps) {
    const { topology, site, router } = of;
    const name = routerStackName(topology, site, router.name);
    super(app, name, {
      stackName: name,
      description: `vyos-failover: router ${router.name} of site ${site.name} of topology ${topology.name}; replaced by upgrade`,
      env: stackEnvironment(topology, site),
      tags: { ...siteTags(topology, site), 'vyos-failover-router': router.name },
    });
    withFeatureFlags(this);
    const { creation } = router;
    if (creation === undefined) throw new Error(`${router.name} exists`);
    const parameters = this.#parameters(creation);
    this.#allowFarSites(of);
    const boot = this.#bootSource(of);
    const { instanceProfileArn } = new RouterRole(this, 'Role', {
      stack: this,
      topology,
      site,
      router,
      routeArn: of.siteStack.site.api.routeArn,
      boot: boot.rights,
    });
    const template = routerLaunchTemplate(this, 'LaunchTemplate', {
      name: router.name,
      tags: { ...siteTags(topology, site), 'vyos-failover-router': router.name },
      interfaceId: of.created.idOf(router.eni),
      instanceProfileArn,
      imageId: parameters.imageId,
      instanceType: parameters.instanceType,
      userData: of.userData,
    });
    const { instance } = new RouterInstance(this, 'Router', {
      router: router.name,
      site: this.#managedSite(of),
      launchTemplateId: template.ref,
      launchTemplateVersion: parameters.version.valueAsString,
      routeSwap: namesOf(topology, site).routeSwap,
      present: parameters.present,
    });
    instance.node.addDependency(boot);
    new CfnOutput(this, 'LatestLaunchTemplateVersion', {
      value: latestVersion(template),
      description: `The newest way to launch ${router.name}; upgrade launches it`,
    });
    new CfnOutput(this, MODEL_OUTPUT, {
      value: modelDigest(topology, site),
      description: 'What the stack was made from; changes compares it with the topology file',
    });
  }

  #parameters({ image, instanceType }: RouterCreation) {
    const reason = 'A text, because resolve:ssm:NAME is an image as well.';
    Validations.of(this).acknowledge(
      { id: 'CloudFormation-Validate::W2506', reason },
      { id: 'CloudFormation-Validate::W1030', reason },
    );
    const imageId = imageIdOf(this, image);
    const text = (
      id: string,
      description: string,
      of: { readonly default?: string; readonly allowedValues?: string[] },
    ) => new CfnParameter(this, id, { type: 'String', description, ...of });
    const present = text('Present', 'Whether the instance exists: upgrade sets it', {
      default: 'true',
      allowedValues: ['true', 'false'],
    });
    return {
      imageId: text('ImageId', 'The image of the next launch', imageId === undefined ? {} : { default: imageId }),
      instanceType: text('InstanceType', 'The instance type of the next launch', { default: instanceType }),
      version: text('LaunchTemplateVersion', 'The version of the launch template that the instance has', {
        default: '1',
      }),
      present: new CfnCondition(this, 'IsPresent', { expression: Fn.conditionEquals(present.valueAsString, 'true') }),
    };
  }

  /** The rules of the security group that name Elastic IPs of other sites. */
  #allowFarSites({ topology, site, router, created }: RouterStackProps): void {
    const rules = securityGroups(topology, site).find((each) => each.router === router.name)?.rules ?? [];
    for (const rule of rules.filter(isFromFarSite)) {
      const { cidrIp, ...property } = ingressProperty(rule);
      const address = addressIn(cidrIp);
      const ingress = new CfnSecurityGroupIngress(
        this,
        `${createdKeysIn(address).join('')}-${rule.protocol}-${rule.port ?? 'all'}`,
        {
          ...property,
          groupId: created.securityGroupOf(router),
          cidrIp: `${created.idOf(address)}/32`,
        },
      );
      const reason = 'The source is the Elastic IP of one router; only the deployment knows it.';
      Validations.of(ingress).acknowledge({ id: 'AwsSolutions-EC23', reason });
    }
  }

  #bootSource({ topology, site, router, created, siteStack, siteStacks, bundle, agent }: RouterStackProps): BootSource {
    const others = [...siteStacks].filter(([name]) => name !== site.name);
    return new BootSource(this, 'Boot', {
      stack: this,
      bundle,
      agent,
      parameterName: bootParameterName(topology, site, router.name),
      apiUrl: siteStack.site.api.url,
      witnessUrls: Object.fromEntries(others.map(([name, stack]) => [name, stack.site.api.url])),
      addresses: createdAddresses(topology, created),
      table: { name: siteStack.site.table.tableName, arn: siteStack.site.table.tableArn },
    });
  }

  #managedSite({ topology, site }: RouterStackProps): ManagedSite {
    return managedSite(topology, site, bgpNeighbors(topology));
  }
}
