import type { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { OLDEST_AGENT } from '#aws/agent-version.ts';
import { agentFault, describeAgent, withAgent } from '#aws/ssm-agent.ts';
import { router1 } from '../emulator/account.fixture.ts';
import { openSsm, region } from '../emulator/ssm/setup.ts';

const faultOf = async (client: SSMClient) => agentFault(await describeAgent(client, router1));

describe('an agent as Systems Manager knows it', () => {
  it('that was never installed, or that has registered no more, is no agent', async () => {
    const { client, ssm } = await openSsm();
    ssm.agents.set(region, router1, 'unregistered');
    expect(await faultOf(client)).toBe(
      `no agent: Systems Manager knows no SSM agent on ${router1}; VyOS brings none: install the bundle made with --agent (docs/routers.md)`,
    );
  });

  it('that has gone silent is named, with since when', async () => {
    const { client, ssm, clock } = await openSsm();
    ssm.agents.set(region, router1, 'offline');
    const since = new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ');
    await clock.advance(300_000);
    expect(await faultOf(client)).toBe(
      `no agent: the SSM agent ${OLDEST_AGENT} on ${router1} has not been heard of since ${since}Z`,
    );
  });

  it.each([
    ['3.3.2745.9', true],
    ['3.2.9999.0', true],
    ['2.3.4000.1', true],
    [OLDEST_AGENT, false],
    ['3.3.2746.1', false],
    ['3.4.0.0', false],
    ['3.10.1.0', false],
    ['preview', false],
  ])('of version %s is too old: %s', async (version, isTooOld) => {
    const { client, ssm } = await openSsm();
    ssm.agents.setVersion(region, router1, version);
    const fault = `the SSM agent on ${router1} is ${version}, and it takes ${OLDEST_AGENT} or later (docs/routers.md)`;
    expect(await faultOf(client)).toBe(isTooOld ? fault : undefined);
  });

  it('is unknown where SSM does not answer, and says nothing', async () => {
    const client = { send: () => Promise.reject(new Error('socket hang up')) } as unknown as SSMClient;
    expect([await describeAgent(client, router1), await faultOf(client)]).toEqual([undefined, undefined]);
  });
});

describe('the end of a command', () => {
  const none = { instance: router1, kind: 'none' } as const;

  it('without an answer reports first that there is no agent, then SSM’s status', () => {
    expect(withAgent({ kind: 'silent', why: 'no answer within 10 s' }, none)).toEqual({
      kind: 'silent',
      why: expect.stringMatching(/^no agent: .* \(no answer within 10 s\)$/) as string,
    });
  });

  it('that was answered, or whose agent is well, stays what it is', () => {
    const answered = { kind: 'answered', output: '{}' } as const;
    const silent = { kind: 'silent', why: 'SSM says Undeliverable' } as const;
    const well = { instance: router1, kind: 'online', version: OLDEST_AGENT, lastPingAt: 0 } as const;
    expect([withAgent(answered, none), withAgent(silent, well)]).toEqual([answered, silent]);
    expect(withAgent(silent, undefined)).toBe(silent);
  });
});
