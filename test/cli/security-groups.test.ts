import { expect, test } from 'vitest';
import { commandLine } from './command-line.ts';

test('topology security-groups prints the inbound rules of each router, as a table and as commands', async () => {
  const { exitCode, stdout } = await commandLine([
    'topology',
    'security-groups',
    'one-site-and-a-far-end.yaml',
    '--site',
    'tokyo',
  ]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatchSnapshot();
});

test('topology security-groups is one JSON object with --json', async () => {
  const { stdout } = await commandLine(['topology', 'security-groups', '--topology', 'tokyo-virginia.yaml', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'vyos-failover.security-groups/1',
    topology: 'tokyo-virginia',
    routers: [
      {
        router: 'tokyo-1',
        site: 'tokyo',
        region: 'ap-northeast-1',
        rules: [{ protocol: 'udp', port: 500 }, {}, {}, {}, {}, {}, {}, {}],
      },
      { router: 'tokyo-2' },
      { router: 'virginia-1' },
      { router: 'virginia-2' },
    ],
  });
});

test('an unknown site ends with 2', async () => {
  const { exitCode, stderr } = await commandLine([
    'topology',
    'security-groups',
    'tokyo-virginia.yaml',
    '--site',
    'tokio',
  ]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('did you mean tokyo?');
});
