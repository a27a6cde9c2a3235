import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eniOf } from '#demo/account-of-topology.ts';
import { assembly, changed, names, report, SiteUnderTest, type Template, tokyo } from './site-under-test.ts';

let built: Awaited<ReturnType<typeof assembly>>;
let site: SiteUnderTest;
beforeAll(async () => {
  built = await assembly();
  site = await SiteUnderTest.start(built.directory);
});
afterAll(async () => {
  await site.close();
  built.remove();
});

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

/** Takes one action away from a function's role. */
function without(role: 'RouteSwap' | 'HealthProbe', action: string) {
  return (template: Template): void => {
    const [, policy] =
      Object.entries(template.Resources).find(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(role)) ??
      [];
    const document = policy?.Properties.PolicyDocument as { Statement: Statement[] };
    const before = JSON.stringify(document);
    document.Statement = document.Statement.map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((each) => each !== action),
    })).filter((statement) => statement.Action.length > 0);
    if (JSON.stringify(document) === before) throw new Error(`${role} has no permission ${action}`);
  };
}

/** Only policies differ, so the functions stay warm from one template to the next. */
async function withTemplate<T>(
  change: (template: Template) => void,
  act: (site: SiteUnderTest) => Promise<T>,
): Promise<T> {
  const copy = changed(built.directory, change);
  try {
    await site.emulator.deploy(copy.directory);
    await site.reset();
    return await act(site);
  } finally {
    copy.remove();
  }
}

describe('a permission that is missing shows at a desk', () => {
  it.each<[string, number, RegExp]>([
    ['ec2:ReplaceRoute', 503, /UnauthorizedOperation/],
    ['ec2:DescribeRouteTables', 503, /could not be observed.*ec2:DescribeRouteTables/],
    ['ec2:DescribeNetworkInterfaces', 409, /in an unknown state/],
    ['dynamodb:Query', 409, /the site's store does not answer/],
    ['dynamodb:GetItem', 409, /the site's store does not answer/],
    ['dynamodb:PutItem', 409, /the site's store does not answer/],
  ])('route-swap without %s', async (action, status, says) => {
    await withTemplate(without('RouteSwap', action), async (site) => {
      const answer = await site.post(report());
      expect([answer.status, answer.body.says]).toEqual([status, expect.stringMatching(says)]);
      expect(site.targets()).toEqual([eniOf(tokyo.routers.active), eniOf(tokyo.routers.active)]);
    });
  });

  it('route-swap without ec2:DescribeInstanceStatus: a router that has just signed is running, whatever EC2 says', async () => {
    await withTemplate(without('RouteSwap', 'ec2:DescribeInstanceStatus'), async (site) => {
      expect((await site.post(report())).body.outcome).toBe('swapped');
    });
  });

  it('route-swap without events:PutEvents: moves the routes, and logs that the announcement failed', async () => {
    await withTemplate(without('RouteSwap', 'events:PutEvents'), async (site) => {
      expect((await site.post(report())).body.outcome).toBe('swapped');
      expect(site.logged().some((line) => line.includes('Could not write the announcement'))).toBe(true);
    });
  });

  it.each([
    ['ssm:SendCommand', /did not tell its BGP state: AccessDeniedException/],
    ['ssm:GetCommandInvocation', /did not tell its BGP state: AccessDeniedException/],
    ['lambda:InvokeFunction', /lambda:InvokeFunction/],
  ])('health-probe without %s', async (action, says) => {
    await withTemplate(without('HealthProbe', action), async (site) => {
      site.showBgp(tokyo.routers.active, 'Active');
      for (const _ of [1, 2]) await site.emulator.tickSchedules(tokyo.region);
      expect(site.targets()).toEqual([eniOf(tokyo.routers.active), eniOf(tokyo.routers.active)]);
      const trouble = [...site.logged(), JSON.stringify(await site.emulator.invoke(names.healthProbe, {}))];
      expect(trouble.some((line) => says.test(line))).toBe(true);
    });
  });

  it('health-probe without dynamodb:PutItem: hands over what it has read, and logs that it is not kept', async () => {
    await withTemplate(without('HealthProbe', 'dynamodb:PutItem'), async (site) => {
      site.showBgp(tokyo.routers.active, 'Active');
      for (const _ of [1, 2]) await site.emulator.tickSchedules(tokyo.region);
      expect(site.targets()).toEqual([eniOf(tokyo.routers.standby), eniOf(tokyo.routers.standby)]);
      expect(site.logged().some((line) => /dynamodb:PutItem/.test(line))).toBe(true);
    });
  });

  it('route-swap without dynamodb:UpdateItem: moves the routes, and logs that their end is not recorded', async () => {
    await withTemplate(without('RouteSwap', 'dynamodb:UpdateItem'), async (site) => {
      expect((await site.post(report())).body.outcome).toBe('swapped');
      expect(site.logged().some((line) => line.includes('Could not record the end of swap 1'))).toBe(true);
    });
  });

  describe('route-swap whose store does not answer, invoked by an operator with an override', () => {
    const move = { action: 'switchover', id: 'move-1', to: tokyo.routers.standby.name, by: 'ann', reason: 'outage' };
    const ask = (denied: readonly string[]) =>
      withTemplate(
        (template) => denied.forEach((action) => without('RouteSwap', action)(template)),
        async (site) => {
          const answer = await site.emulator.invoke(names.routeSwap, { ...move, overrides: ['memory-unreachable'] });
          return { answer, logged: site.logged() };
        },
      );

    it('asks the routers itself, and moves the routes', async () => {
      const { answer } = await ask(['dynamodb:Query']);
      expect(JSON.stringify(answer)).toMatch(/"outcome":"swapped".*LockBypassed/);
    });

    it.each(['ssm:SendCommand', 'ssm:GetCommandInvocation'])('without %s: moves nothing', async (action) => {
      const { answer, logged } = await ask(['dynamodb:Query', action]);
      expect(JSON.stringify(answer)).toContain('nothing is known of its eBGP sessions');
      expect(logged.some((line) => /did not tell its BGP state: AccessDeniedException/.test(line))).toBe(true);
    });
  });

  it('a route table that the role does not name', async () => {
    await withTemplate(
      (template) => {
        const text = JSON.stringify(template.Resources).replaceAll(
          `route-table/${tokyo.routeTables[1]?.id}`,
          'route-table/rtb-0123456789abcdef0',
        );
        Object.assign(template.Resources, JSON.parse(text));
      },
      async (site) => {
        const { status, body } = await site.post(report());
        expect([status, body.outcome]).toEqual([503, 'partial']);
        expect(site.targets()).toEqual([eniOf(tokyo.routers.standby), eniOf(tokyo.routers.active)]);
      },
    );
  });
});
