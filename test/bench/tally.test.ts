import { describe, expect, it } from 'vitest';
import { tallyOf } from '#bench/swap/tally.ts';

const routes = [
  { table: 'rtb-1', destination: '10.2.0.0/20' },
  { table: 'rtb-2', destination: '10.2.0.0/20' },
] as const;
const [one, two] = routes;
type Route = (typeof routes)[number];
const began = 1_000;

function call(
  action: string,
  route: Route,
  ends: number,
  more: { eni?: string; error?: string; service?: string } = {},
) {
  const { eni, error, service = 'ec2' } = more;
  const input = { RouteTableId: route.table, DestinationCidrBlock: route.destination, NetworkInterfaceId: eni };
  const where = { region: 'ap-northeast-1', caller: 'x' };
  return {
    kind: 'call',
    at: began + ends - 10,
    ms: 10,
    service,
    action,
    input,
    ...where,
    ...(error && { error }),
  } as const;
}

const tally = (...calls: ReturnType<typeof call>[]) =>
  tallyOf(calls, { routes, eni: 'eni-2', began, ended: began + 500 });

describe('the tally of a way', () => {
  it('times the first and the last route where they take effect', () => {
    expect(
      tally(call('ReplaceRoute', two, 90, { eni: 'eni-2' }), call('ReplaceRoute', one, 40, { eni: 'eni-2' })),
    ).toMatchObject({
      firstMovedMs: 40,
      lastMovedMs: 90,
      moved: 2,
      notMoved: 0,
      routeSecondsWithout: 0,
    });
  });

  it('has no last route as long as one is missing, and counts refusals as what they are', () => {
    const refused = call('ReplaceRoute', two, 60, {
      eni: 'eni-2',
      error: 'RequestLimitExceeded: Request limit exceeded.',
    });
    const describing = call('DescribeRouteTables', one, 70);
    expect(tally(call('ReplaceRoute', one, 40, { eni: 'eni-2' }), refused, refused, describing)).toMatchObject({
      firstMovedMs: 40,
      lastMovedMs: null,
      moved: 1,
      notMoved: 1,
      lost: 0,
      writes: 3,
      throttled: 2,
      otherCalls: 1,
    });
  });

  it('adds up the time in which routes do not exist, to the end for one that never comes back', () => {
    const calls = [
      call('DeleteRoute', one, 100),
      call('CreateRoute', one, 150, { eni: 'eni-2' }),
      call('DeleteRoute', two, 200),
    ];
    expect(tally(...calls)).toMatchObject({ routeSecondsWithout: 0.05 + 0.3, moved: 1, notMoved: 1, lost: 1 });
  });

  it('does not take a route for moved that went elsewhere, or that is no route of ours', () => {
    const foreign = { table: 'rtb-9', destination: '10.2.0.0/20' } as unknown as Route;
    expect(
      tally(call('ReplaceRoute', one, 40, { eni: 'eni-1' }), call('ReplaceRoute', foreign, 50, { eni: 'eni-2' })),
    ).toMatchObject({
      firstMovedMs: null,
      moved: 0,
      notMoved: 2,
    });
  });
});
