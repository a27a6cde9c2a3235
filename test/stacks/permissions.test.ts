import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
beforeEach(() => site.reset());

type Role = 'RouteSwap' | 'HealthProbe';

/** Whether the template permits the action to the function. */
function permits(role: Role, action: string): boolean {
  const { Resources } = JSON.parse(
    readFileSync(join(built.directory, `${names.stack}.template.json`), 'utf8'),
  ) as Template;
  const policy = Object.entries(Resources).find(([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.startsWith(role));
  return JSON.stringify(policy).includes(`"${action}"`);
}

/**
 * While `act` runs, IAM refuses these actions of what the function's policy permits: to deploy another policy takes several times as
 * long.
 *
 * @throws Error if the policy does not permit one of them, or the function did not ask for it: then its answer shows nothing
 */
async function without<T>(role: Role, actions: readonly string[], act: () => Promise<T>): Promise<T> {
  const { faults } = site.emulator;
  for (const action of actions) {
    if (!permits(role, action)) throw new Error(`${role} has no permission ${action}`);
    faults.add({ kind: 'denied', action, caller: `*-${role}Role*` });
  }
  const done = await act();
  for (const fault of faults.list())
    if (fault.struck === 0) throw new Error(`${role} did not ask for ${String(fault.action)}`);
  return done;
}

const atActive = [eniOf(tokyo.routers.active), eniOf(tokyo.routers.active)];
const atStandby = [eniOf(tokyo.routers.standby), eniOf(tokyo.routers.standby)];

/** Two rounds of the probe that find no session at the owner: the second one hands the routes over. */
async function probedTwice(): Promise<readonly string[]> {
  site.showBgp(tokyo.routers.active, 'Active');
  await site.emulator.tickSchedules(tokyo.region);
  const answer = await site.emulator.invoke(names.healthProbe, {});
  return [...site.logged(), JSON.stringify(answer)];
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
    const answer = await without('RouteSwap', [action], () => site.post(report()));
    expect([answer.status, answer.body.says]).toEqual([status, expect.stringMatching(says)]);
    expect(site.targets()).toEqual(atActive);
  });

  it.each<[string, string, RegExp]>([
    ['ec2:DescribeInstanceStatus', 'a router that has just signed is running, whatever EC2 says', /swapped:/],
    ['events:PutEvents', 'logs that the announcement failed', /Could not write the announcement/],
    ['dynamodb:UpdateItem', 'logs that their end is not recorded', /Could not record the end of swap 1/],
  ])('route-swap without %s moves the routes: %s', async (action, _, says) => {
    expect((await without('RouteSwap', [action], () => site.post(report()))).body.outcome).toBe('swapped');
    expect(site.targets()).toEqual(atStandby);
    expect(site.logged()).toContainEqual(expect.stringMatching(says));
  });

  it.each([
    ['ssm:SendCommand', /did not tell its BGP state: AccessDeniedException/],
    ['ssm:GetCommandInvocation', /did not tell its BGP state: AccessDeniedException/],
    ['lambda:InvokeFunction', /lambda:InvokeFunction/],
  ])('health-probe without %s', async (action, says) => {
    const said = await without('HealthProbe', [action], probedTwice);
    expect(site.targets()).toEqual(atActive);
    expect(said).toContainEqual(expect.stringMatching(says));
  });

  it('health-probe without dynamodb:PutItem: hands over what it has read, and logs that it is not kept', async () => {
    const said = await without('HealthProbe', ['dynamodb:PutItem'], probedTwice);
    expect(site.targets()).toEqual(atStandby);
    expect(said).toContainEqual(expect.stringMatching(/dynamodb:PutItem/));
  });

  describe('route-swap whose store does not answer, invoked by an operator with an override', () => {
    const move = { action: 'switchover', id: 'move-1', to: tokyo.routers.standby.name, by: 'ann', reason: 'outage' };
    const ask = () => site.emulator.invoke(names.routeSwap, { ...move, overrides: ['memory-unreachable'] });

    it('asks the routers itself, and moves the routes', async () => {
      const answer = await without('RouteSwap', ['dynamodb:Query'], ask);
      expect(JSON.stringify(answer)).toMatch(/"outcome":"swapped".*LockBypassed/);
    });

    it.each(['ssm:SendCommand', 'ssm:GetCommandInvocation'])('without %s: moves nothing', async (action) => {
      const answer = await without('RouteSwap', ['dynamodb:Query', action], ask);
      expect(JSON.stringify(answer)).toContain('nothing is known of its eBGP sessions');
      expect(site.logged()).toContainEqual(expect.stringMatching(/did not tell its BGP state: AccessDeniedException/));
    });
  });

  it('a route table that the role does not name', async () => {
    const copy = changed(built.directory, (template) => {
      const text = JSON.stringify(template.Resources).replaceAll(
        `route-table/${tokyo.routeTables[1]?.id}`,
        'route-table/rtb-0123456789abcdef0',
      );
      Object.assign(template.Resources, JSON.parse(text));
    });
    try {
      await site.emulator.deploy(copy.directory);
      const { status, body } = await site.post(report());
      expect([status, body.outcome]).toEqual([503, 'partial']);
      expect(site.targets()).toEqual([eniOf(tokyo.routers.standby), eniOf(tokyo.routers.active)]);
    } finally {
      copy.remove();
    }
  });
});
