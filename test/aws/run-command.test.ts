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

  it.each([
    ['Failed', 'Undeliverable'],
    ['Failed', 'AccessDenied'],
    ['Failed', 'InvalidPlatform'],
    ['Failed', 'Terminated'],
    ['TimedOut', 'DeliveryTimedOut'],
    ['TimedOut', 'ExecutionTimedOut'],
    ['Cancelled', 'Canceled'],
    ['Paused', 'AWS has thought of something new'],
  ])('that SSM ended as %s is silent, and SSM’s reason is told: %s', async (Status, StatusDetails) => {
    const end = { Status, StatusDetails, ResponseCode: -1, StandardOutputContent: '', StandardErrorContent: '' };
    expect(await runCommand(answering(end), request, time)).toEqual({
      kind: 'silent',
      why: `SSM says ${StatusDetails}`,
    });
  });

  it('that never began is no failure of its script, whatever SSM calls it', async () => {
    expect(
      await runCommand(answering({ Status: 'Failed', StatusDetails: 'Failed', ResponseCode: -1 }), request, time),
    ).toEqual({ kind: 'silent', why: 'SSM says Failed' });
  });

  it.each([`{"peers":{"a":{--output truncated--`, `{"peers":{"a":{\n---Output truncated---\n`])(
    'whose output was cut off has told nothing: %j',
    async (StandardOutputContent) => {
      const end = { Status: 'Success', StatusDetails: 'Success', ResponseCode: 0, StandardOutputContent };
      expect(await runCommand(answering(end), request, time)).toEqual({
        kind: 'silent',
        why: 'SSM cut its answer off after 24,000 characters',
      });
    },
  );

  it('that is being cancelled is waited for: it may still end well', async () => {
    const looks = [
      { Status: 'Cancelling', StatusDetails: 'Canceling' },
      { Status: 'Success', StatusDetails: 'Success', StandardOutputContent: '{}' },
    ];
    const send = (command: unknown) =>
      Promise.resolve(
        command instanceof GetCommandInvocationCommand ? looks.shift() : { Command: { CommandId: 'c-1' } },
      );
    expect(await runCommand({ send } as unknown as SSMClient, request, time)).toEqual({
      kind: 'answered',
      output: '{}',
    });
  });
});
