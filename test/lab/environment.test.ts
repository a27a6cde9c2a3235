import { expect, test } from 'vitest';
import { exportsOf } from '#lab/environment.ts';
import { readTopology } from '#lab/state.ts';

test('what an operator needs, as lines to paste', () => {
  const plan = { directory: '/run/vyos-failover-lab/lab', topology: readTopology('examples/tokyo-virginia.yaml') };
  const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
  expect(exportsOf(plan, { endpoint: 'http://127.0.0.1:4566', keys })).toBe(`  unset AWS_PROFILE AWS_SESSION_TOKEN
  export AWS_ENDPOINT_URL=http://127.0.0.1:4566
  export AWS_ACCESS_KEY_ID=AKIAEXAMPLE AWS_SECRET_ACCESS_KEY=secret
  export AWS_REGION=ap-northeast-1 AWS_DEFAULT_REGION=ap-northeast-1
  export VYOS_FAILOVER_TOPOLOGY=/run/vyos-failover-lab/lab/topology.yaml
`);
});
