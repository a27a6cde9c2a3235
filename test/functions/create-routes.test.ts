import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { answerCloudFormation, type CloudFormationAnswer } from '#aws/answer-cloudformation.ts';
import { type CreateOutcome, createRoute } from '#aws/create-route.ts';
import { describeRoutes } from '#aws/route-tables.ts';
import type { RegionFixture } from '#emulator/account.ts';
import { CallPacer, MUTATING_CALLS } from '#failover/call-pacer.ts';
import type { ManagedSite } from '#failover/site.ts';
import { answerRequest } from '#functions/create-routes/answer-request.ts';
import type { CreatePorts } from '#functions/create-routes/create-routes.ts';
import { managedRoutesProperties } from '#functions/create-routes/settings.ts';
import { openEc2 } from '../emulator/ec2/setup.ts';
import { SITE } from '../failover/situation.ts';
import { accountOfSite, GATEWAY, STRANGER } from '../world/account-of-site.ts';

const { active, standby } = SITE.routers;
const LIST = 'pl-0a1b2c3d4e5f60031';
const TABLE = SITE.routes[0]?.table ?? '';
const URL = 'https://cloudformation-custom-resource-response.example/answer?signature=secret';

/** One table of its own, with a route of each kind. */
const WANTED: ManagedSite = {
  ...SITE,
  routes: ['10.2.0.0/20', '10.3.0.0/20', '2001:db8:2::/56', LIST].map((destination) => ({ table: TABLE, destination })),
};

type Targets = Readonly<Record<string, string>>;

/** The account of the site, whose table has these routes only. */
async function openAccount(routes: Targets, site = WANTED) {
  const plain = accountOfSite(site).regions[site.region] as RegionFixture;
  const tables = plain.routeTables.map((table) =>
    table.id === TABLE
      ? { ...table, routes: Object.entries(routes).map(([destination, target]) => ({ destination, target })) }
      : table,
  );
  const account = { regions: { [site.region]: { ...plain, routeTables: tables } } };
  const { client, ec2, clock } = await openEc2({ account });
  const targets = () => {
    const found = ec2.state(site.region).routeTables.get(TABLE)?.routes ?? [];
    return Object.fromEntries(
      found.filter(({ target }) => target !== 'local').map((each) => [each.destination, each.target]),
    );
  };
  return { client, clock, targets };
}

/** Runs one request, on a clock that only waiting moves. */
async function run(
  client: EC2Client,
  request: object = {},
  change: Partial<CreatePorts> & { readonly site?: ManagedSite } = {},
) {
  const { site = WANTED, ...ports } = change;
  const answers: { readonly url: string; readonly answer: CloudFormationAnswer }[] = [];
  const logged: unknown[] = [];
  const log = (...what: unknown[]) => void logged.push(what);
  let now = 1_000_000;
  await answerRequest(
    {
      RequestType: 'Create',
      ResponseURL: URL,
      StackId: 'arn:aws:cloudformation:ap-northeast-1:123456789012:stack/tokyo/1',
      RequestId: 'request-1',
      LogicalResourceId: 'ManagedRoutes',
      ResourceProperties: { ServiceToken: 'arn:…', ...managedRoutesProperties(site) },
      ...request,
    },
    {
      now: () => now,
      // The answer is due only when everything else has waited in vain.
      sleep: async (ms) => {
        if (ms > 100_000) return new Promise(() => undefined);
        now += ms;
      },
      answerBy: now + 300_000,
      deadline: now + 100_000,
      pacer: new CallPacer(MUTATING_CALLS, now),
      describeRoutes: (routes) => describeRoutes(client, routes),
      createRoute: (route, eni) => createRoute(client, route, eni),
      answer: (url, answer) => Promise.resolve(void answers.push({ url, answer })),
      log: { info: log, warn: log, error: log },
      ...ports,
    },
  );
  const [only] = answers;
  if (only === undefined || answers.length > 1) throw new Error(`${answers.length} answers`);
  return { ...only, logged: JSON.stringify(logged) };
}

const at = (eni: string) => Object.fromEntries(WANTED.routes.map(({ destination }) => [destination, eni]));
const fails = (code: string) => (): Promise<CreateOutcome> =>
  Promise.resolve({ code, message: 'No.', kind: /^(Invalid|Unauth|RouteLimit)/.test(code) ? 'final' : 'passing' });

describe('managed routes that are missing', () => {
  it('are created at the active router: IPv4, IPv6 and prefix lists', async () => {
    const { client, targets } = await openAccount({});
    const { answer, url } = await run(client);
    expect(targets()).toEqual(at(active.eni));
    expect([url, answer]).toEqual([
      URL,
      {
        Status: 'SUCCESS',
        Reason: '4 managed routes of site tokyo created at tokyo-1, 0 existed.',
        PhysicalResourceId: 'managed-routes',
        StackId: 'arn:aws:cloudformation:ap-northeast-1:123456789012:stack/tokyo/1',
        RequestId: 'request-1',
        LogicalResourceId: 'ManagedRoutes',
      },
    ]);
  });

  it.each([
    ['at the standby, where a failover has moved the others', { '10.2.0.0/20': standby.eni }, standby.eni],
    ['at the active, where the others are', { '10.2.0.0/20': active.eni }, active.eni],
    ['at the active where the others are split', { '10.2.0.0/20': standby.eni, [LIST]: active.eni }, active.eni],
    ['at the active where the others are foreign', { '10.2.0.0/20': STRANGER.eni, [LIST]: GATEWAY }, active.eni],
  ])('are created %s; those that exist stay', async (_, routes: Targets, owner) => {
    const { client, targets } = await openAccount(routes);
    const { answer } = await run(client, { RequestType: 'Update', PhysicalResourceId: 'managed-routes' });
    expect(targets()).toEqual({ ...at(owner), ...routes });
    expect([answer.Status, answer.PhysicalResourceId]).toEqual(['SUCCESS', 'managed-routes']);
  });

  it('are not a failure where another caller creates them meanwhile', async () => {
    const { client, targets } = await openAccount({});
    const createTwice: CreatePorts['createRoute'] = async (route, eni) => {
      await createRoute(client, route, standby.eni);
      return createRoute(client, route, eni);
    };
    const { answer } = await run(client, {}, { createRoute: createTwice });
    expect(targets()).toEqual(at(standby.eni));
    expect([answer.Status, answer.Reason]).toEqual([
      'SUCCESS',
      '0 managed routes of site tokyo created at tokyo-1, 4 existed.',
    ]);
  });

  it('are created when a new role, table or interface is known to EC2 a little later', async () => {
    const { client, targets } = await openAccount({});
    const faults = ['UnauthorizedOperation', 'InvalidRouteTableID.NotFound', 'InvalidNetworkInterfaceID.NotFound'];
    const late: CreatePorts['createRoute'] = (route, eni) => {
      const code = faults.shift();
      return code === undefined ? createRoute(client, route, eni) : fails(code)();
    };
    let asked = 0;
    const describeLate: CreatePorts['describeRoutes'] = (routes) =>
      asked++ === 0 ? Promise.reject(new Error('You are not authorized')) : describeRoutes(client, routes);
    expect((await run(client, {}, { createRoute: late, describeRoutes: describeLate })).answer.Status).toBe('SUCCESS');
    expect(targets()).toEqual(at(active.eni));
  });

  it('are created as fast as the throttle of EC2 permits', async () => {
    const routes = Array.from({ length: 120 }, (_, index) => ({ table: TABLE, destination: `10.9.${index}.0/24` }));
    const { client, targets } = await openAccount({});
    const { answer } = await run(client, {}, { site: { ...WANTED, routes } });
    expect([answer.Status, Object.keys(targets()).length]).toEqual(['SUCCESS', 120]);
  });
});

describe('the removal of the stack', () => {
  it('leaves every route as it is, and is answered although EC2 does not answer', async () => {
    const { client, targets } = await openAccount(at(standby.eni));
    const silent = () => new Promise<never>(() => undefined);
    const { answer } = await run(client, { RequestType: 'Delete' }, { describeRoutes: silent, createRoute: silent });
    expect([answer.Status, targets()]).toEqual(['SUCCESS', at(standby.eni)]);
  });
});

describe('a failure is answered with what to do', () => {
  it.each([
    ['RouteLimitExceeded', /request an increase of the quota/],
    ['InvalidRouteTableID.NotFound', /Correct the id of the route table/],
    ['InvalidPrefixListID.NotFound', /Correct the id of the prefix list/],
    ['UnauthorizedOperation', /denies ec2:CreateRoute/],
    ['InternalError', /See the log/],
  ])('%s', async (code, advice) => {
    const { client, targets } = await openAccount({ '10.2.0.0/20': active.eni });
    const { answer } = await run(client, {}, { createRoute: fails(code) });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toMatch(/^3 of 4 managed routes of site tokyo could not be created at tokyo-1: /);
    expect(answer.Reason).toContain(`${TABLE} 10.3.0.0/20 (${code}: No)`);
    expect(answer.Reason).toMatch(advice);
    expect(targets()).toEqual({ '10.2.0.0/20': active.eni });
  });

  it('tables that cannot be read', async () => {
    const { client } = await openAccount({});
    const describe = () => Promise.reject(new Error('Rate exceeded.'));
    const { answer } = await run(client, {}, { describeRoutes: describe });
    expect([answer.Status, answer.Reason]).toEqual([
      'FAILED',
      'The managed routes of site tokyo could not be read: Rate exceeded. No route was created or changed. Deploy again.',
    ]);
  });

  it('properties that are not valid', async () => {
    const { client } = await openAccount({});
    const { answer } = await run(client, { ResourceProperties: { Site: 'tokyo' } });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('Tables');
  });

  it('an EC2 that never answers, before Lambda ends the function', async () => {
    const { client } = await openAccount({});
    const hang = () => new Promise<never>(() => undefined);
    const { answer } = await run(client, {}, { describeRoutes: hang, sleep: () => Promise.resolve() });
    expect([answer.Status, answer.Reason]).toEqual([
      'FAILED',
      expect.stringContaining('EC2 did not answer. Deploy again.'),
    ]);
  });

  it('of many routes, within the 4096 bytes of an answer', async () => {
    const routes = Array.from({ length: 200 }, (_, index) => ({ table: TABLE, destination: `10.9.${index}.0/24` }));
    const { client } = await openAccount({});
    const message = 'é'.repeat(5_000);
    const createRoute = () => Promise.resolve({ code: 'InvalidParameterValue', message, kind: 'final' } as const);
    const { answer } = await run(client, {}, { site: { ...WANTED, routes }, createRoute });
    expect(answer.Status).toBe('FAILED');
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(4_096);
  });

  it('and neither the answer nor the log has the URL, which permits to answer', async () => {
    const { client } = await openAccount({});
    const { answer, logged } = await run(client, {}, { createRoute: fails('InvalidRouteTableID.NotFound') });
    expect(JSON.stringify(answer) + logged).not.toContain('signature=secret');
  });
});

it('an invocation that is no request of CloudFormation fails', async () => {
  const { client } = await openAccount({});
  await expect(run(client, { ResponseURL: undefined })).rejects.toThrow(/invoked by CloudFormation alone/);
});

describe('the answer', () => {
  const answer: CloudFormationAnswer = {
    Status: 'SUCCESS',
    Reason: '',
    PhysicalResourceId: 'managed-routes',
    StackId: 's',
    RequestId: 'r',
    LogicalResourceId: 'l',
  };

  /** Answers requests with these statuses, in order. */
  async function bucket(statuses: number[]) {
    const requests: {
      readonly method: string | undefined;
      readonly type: string | undefined;
      readonly body: string;
    }[] = [];
    const server = createServer((request, response) => {
      void request.toArray().then((chunks) => {
        requests.push({ method: request.method, type: request.headers['content-type'], body: chunks.join('') });
        response.writeHead(statuses.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signature=secret`;
    return { url, requests, close: () => server.close() };
  }

  it('is put to the presigned URL without a content type, and again if that fails', async () => {
    const { url, requests, close } = await bucket([500, 503]);
    await answerCloudFormation(url, answer);
    close();
    expect(requests).toHaveLength(3);
    expect(requests[2]).toEqual({ method: 'PUT', type: '', body: JSON.stringify(answer) });
  });

  it('that is not taken is an error without the URL: Lambda invokes the function again', async () => {
    const { url, close } = await bucket([403, 403, 403]);
    const failed = answerCloudFormation(url, answer);
    await expect(failed).rejects.toThrow('CloudFormation did not take the answer: HTTP status 403');
    await expect(failed).rejects.not.toThrow('signature');
    close();
  });
});
