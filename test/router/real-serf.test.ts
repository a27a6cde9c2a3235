import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { TestRouter } from './router.fixture.ts';

const agents: ChildProcess[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) {
    const ended = once(agent, 'exit');
    agent.kill('SIGKILL');
    await ended;
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** @returns where it answers `serf members` and `serf join` */
async function startAgent(name: string, bind: string): Promise<string> {
  const rpc = `127.0.0.1:${await freePort()}`;
  agents.push(spawn('serf', ['agent', `-node=${name}`, `-bind=${bind}`, `-rpc-addr=${rpc}`], { stdio: 'ignore' }));
  return rpc;
}

it('two real Serf agents that do not know each other are brought together', async (context) => {
  if (spawnSync('serf', ['version']).error) context.skip('serf is not installed');
  const router = await TestRouter.start({ RECONCILE_EVERY: '0.1' });
  const [port] = router.peer.ports;
  await router.configure({ RECONCILE_EVERY: '0.1', CONFIRM_FOR: '1', CONFIRM_PORTS: String(port) });
  const rpc = await startAgent('tokyo-2', `${router.peer.address.replace(/\.\d+$/, '.251')}:${port}`);
  await startAgent('tokyo-1', `${router.peer.address}:${port}`);
  await router.command('serf', `PATH="\${PATH#*:}" SERF_RPC_ADDR=${rpc} exec serf "$@"`);

  router.startScript('reconcile');
  await router.untilLogged(/Serf watches tokyo-1/);

  const { stdout } = spawnSync('serf', ['members', `-rpc-addr=${rpc}`], { encoding: 'utf8' });
  expect(stdout).toMatch(/^tokyo-1 .* alive/m);
  expect(await router.log()).toContain(`joined it at ${router.peer.address}`);
});
