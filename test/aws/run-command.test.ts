import { GetCommandInvocationCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { runCommand } from '#aws/run-command.ts';

const time = { now: () => 0, sleep: () => Promise.resolve() };
const request = { document: 'ours', instance: 'i-0a1b2c3d4e5f60011', deadlineMs: 10_000 };

/** An SSM that takes the command and tells this of its end. */
function answering(end: object): SSMClient {
  const send = (command: unknown) =>
    Promise.resolve(command instanceof GetCommandInvocationCommand ? end : { Command: { CommandId: 'c-1' } });
  return { send } as unknown as SSMClient;
}

describe('a command on a router', () => {
  it('that failed is told in the words of the script, without what the agent adds to them', async () => {
    const StandardErrorContent = 'this is no VyOS.\nfailed to run commands: exit status 1';
    expect(
      await runCommand(answering({ Status: 'Failed', ResponseCode: 1, StandardErrorContent }), request, time),
    ).toEqual({
      kind: 'failed',
      why: 'exit code 1: this is no VyOS',
    });
  });

  it('that AWS does not take is silent, and its reason a clause', async () => {
    const refusing = { send: () => Promise.reject(new Error('Rate exceeded.')) } as unknown as SSMClient;
    expect(await runCommand(refusing, request, time)).toEqual({ kind: 'silent', why: 'Error: Rate exceeded' });
  });
});
