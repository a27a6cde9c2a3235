import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL_OUTPUT, modelDigest } from '#infra/deployed-metadata.ts';
import { withCreatedAddresses } from '#topology/created-ids.ts';
import { loadTopology } from '#topology/load.ts';
import { oneSite } from '../../created/one-site.ts';
import { CreatedAssembly, type Template } from './assembly.ts';
import { rightsIn } from './rights.ts';

const SITE = 'vyos-failover-created--tokyo';
const ROUTER = `${SITE}--router--tokyo-1`;

let created: CreatedAssembly;
let mixed: CreatedAssembly;
beforeAll(async () => {
  created = await CreatedAssembly.of('created');
  mixed = await CreatedAssembly.of('mixed');
});
afterAll(() => {
  created.remove();
  mixed.remove();
});

const typesIn = ({ Resources }: Template) => Object.values(Resources).map(({ Type }) => Type);
const only = ({ Resources }: Template, type: string) => {
  const found = Object.values(Resources).filter(({ Type }) => Type === type);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} resources are ${type}`);
  return found[0].Properties;
};

describe('the stacks of a created site', () => {
  it('state, for a router, what they were made from, as changes computes it of the file', () => {
    const { topology } = loadTopology(readFileSync(created.topology, 'utf8'), 'topology.yaml');
    const site = topology?.sites.find(({ name }) => name === 'tokyo');
    if (topology === undefined || site === undefined) throw new Error('the example has mistakes');
    const filled = withCreatedAddresses(topology);
    const here = filled.sites.find(({ name }) => name === site.name) ?? site;
    const { Outputs = {} } = created.template(ROUTER);
    expect(Outputs[MODEL_OUTPUT]?.Value).toBe(modelDigest(filled, here));
  });

  it('are the addresses, the site, and one per router, which waits for the addresses and APIs of all sites', () => {
    expect(created.stacks.filter((name) => name.includes('tokyo'))).toEqual([
      `${SITE}--addresses`,
      SITE,
      `${SITE}--router--tokyo-1`,
      `${SITE}--router--tokyo-2`,
    ]);
    const virginia = 'vyos-failover-created--virginia';
    expect(created.dependencies(`${SITE}--addresses`)).toEqual([]);
    expect(created.dependencies(SITE)).toEqual([`${SITE}--addresses`, `${virginia}--addresses`]);
    expect(created.dependencies(ROUTER)).toEqual([SITE, `${SITE}--addresses`, virginia, `${virginia}--addresses`]);
    expect(created.dependencies(`${SITE}--router--tokyo-2`)).toContain(ROUTER);
  });

  it('are one for a site that exists, beside sites that are created', () => {
    expect(mixed.stacks.filter((name) => name.includes('frankfurt'))).toEqual(['vyos-failover-mixed--frankfurt']);
    expect(typesIn(mixed.template('vyos-failover-mixed--tokyo--addresses'))).not.toContain('AWS::EC2::VPC');
    expect(typesIn(mixed.template('vyos-failover-mixed--virginia--addresses'))).toContain('AWS::EC2::VPC');
  });

  it('hold no managed route: no deployment can undo a failover', () => {
    const routes = [...created.stacks, ...mixed.stacks].flatMap((stack) => {
      const assembly = created.stacks.includes(stack) ? created : mixed;
      const { Resources } = assembly.template(stack);
      return Object.values(Resources).filter(({ Type }) => Type === 'AWS::EC2::Route');
    });
    expect(routes.map(({ Properties }) => Properties['DestinationCidrBlock'])).toEqual(routes.map(() => '0.0.0.0/0'));
    expect(routes.every(({ Properties }) => 'GatewayId' in Properties)).toBe(true);
  });

  it('state no rules in a security group, which rules of another stack would make drift', () => {
    const groups = Object.values(created.template(`${SITE}--addresses`).Resources).filter(
      ({ Type }) => Type === 'AWS::EC2::SecurityGroup',
    );
    expect(groups.map(({ Properties }) => Object.keys(Properties).toSorted())).toEqual(
      groups.map(() => ['GroupDescription', 'GroupName', 'VpcId']),
    );
  });

  it('give a router exactly its peers: no rule is open to the world', () => {
    const open = [...created.stacks].flatMap((stack) => {
      const text = JSON.stringify(created.template(stack).Resources);
      return [...text.matchAll(/"CidrIp":"0\.0\.0\.0\/0"/g)];
    });
    expect(open).toEqual([]);
    const far = Object.values(created.template(ROUTER).Resources).filter(
      ({ Type }) => Type === 'AWS::EC2::SecurityGroupIngress',
    );
    expect(far.map(({ Properties }) => [Properties['Description'], Properties['FromPort']])).toEqual([
      ['IKE from virginia-1', 500],
      ['IKE and ESP from virginia-1, through NAT', 4500],
    ]);
  });
});

describe('a router’s instance', () => {
  it('has tokens for its metadata and no hop, an encrypted volume, detailed monitoring, protection and recovery', () => {
    expect(only(created.template(ROUTER), 'AWS::EC2::LaunchTemplate')['LaunchTemplateData']).toMatchObject({
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
      Monitoring: { Enabled: true },
      DisableApiTermination: true,
      MaintenanceOptions: { AutoRecovery: 'default' },
    });
  });

  it('is not touched by a deployment of another image, type, configuration or agent', async () => {
    // The topologies of one site, because a synthesis takes its time.
    const [plain, changed] = [
      await CreatedAssembly.of('created', oneSite),
      await CreatedAssembly.of('created', (text) =>
        oneSite(text)
          .replace('ami-0a1b2c3d4e5f60001', 'ami-0a1b2c3d4e5f60002')
          .replace('c5n.large', 'c5n.xlarge')
          .replace('172.16.0.0/16', '172.17.0.0/16'),
      ),
    ];
    try {
      const before = plain.template(ROUTER);
      const after = changed.template(ROUTER);
      expect(after.Parameters).not.toEqual(before.Parameters);
      // The hash of its bundle.
      expect(after.Resources).not.toEqual(before.Resources);
      expect(only(after, 'AWS::EC2::Instance')).toEqual(only(before, 'AWS::EC2::Instance'));
      // Only defaults of parameters differ, whose values the CDK command keeps.
      expect(only(after, 'AWS::EC2::LaunchTemplate')).toEqual(only(before, 'AWS::EC2::LaunchTemplate'));
    } finally {
      plain.remove();
      changed.remove();
    }
  });

  it('has nothing in its user data but the name of a parameter: neither key nor address', () => {
    const template = only(created.template(ROUTER), 'AWS::EC2::LaunchTemplate') as {
      LaunchTemplateData: { UserData: string };
    };
    const data = Buffer.from(template.LaunchTemplateData.UserData, 'base64');
    expect(data.length).toBeLessThanOrEqual(16_384);
  });
});

describe('the permissions', () => {
  const golden = (name: string) => `golden/${name}.txt`;

  it('of a created site’s functions and routers are these', async () => {
    await expect(`${rightsIn(created.template(SITE))}\n`).toMatchFileSnapshot(golden('created-site'));
    await expect(`${rightsIn(created.template(ROUTER))}\n`).toMatchFileSnapshot(golden('created-router'));
  });

  it('of the functions of a site whose routers are created in an existing VPC are these', async () => {
    const text = rightsIn(mixed.template('vyos-failover-mixed--tokyo'));
    await expect(`${text}\n`).toMatchFileSnapshot(golden('mixed-site'));
  });

  it('of a site that exists are these', async () => {
    const text = rightsIn(mixed.template('vyos-failover-mixed--frankfurt'));
    await expect(`${text}\n`).toMatchFileSnapshot(golden('existing-site'));
  });
});
