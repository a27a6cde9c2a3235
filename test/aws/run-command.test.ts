import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { COMMAND_FAULTS } from '#aws/command-fault.ts';
import { runCommand, ssmClient } from '#aws/run-command.ts';

const time = { now: () => 0, sleep: () => Promise.resolve() };
const request = { document: 'ours', instance: 'i-0a1b2c3d4e5f60011', deadlineMs: 10_000 };

/** An SSM that accepts the command and reports this end. */
function answering(end: object): SSMClient {
  const send = (command: unknown) =>
    Promise.resolve(command instanceof GetCommandInvocationCommand ? end : { Command: { CommandId: 'c-1' } });
  return { send } as unknown as SSMClient;
}

/** As the SDK throws what AWS has answered. */
function refusal(name: string, message: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** An SSM that answers SendCommand like this, in turn the last one again, and knows how often it was asked. */
function sending(...answers: readonly (() => Promise<unknown>)[]) {
  const calls = { sent: 0, cancelled: 0 };
  const ssm = {
    send: (command: unknown) => {
      if (command instanceof SendCommandCommand) {
        calls.sent += 1;
        return (answers[calls.sent - 1] ?? answers.at(-1))?.();
      }
      if (command instanceof CancelCommandCommand) calls.cancelled += 1;
      return Promise.resolve({ Status: 'Success', StandardOutputContent: '{}' });
    },
  } as unknown as SSMClient;
  return Object.assign(calls, { ssm });
}

const taken = () => Promise.resolve({ Command: { CommandId: 'c-1' } });
const lost = () => Promise.reject(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }));

describe('a command that changes something', () => {
  it('is sent once: if the answer gets lost it may have run', async () => {
    const aws = sending(lost, taken);
    expect(await runCommand(aws.ssm, request, time)).toEqual({ kind: 'silent', why: 'TimeoutError: socket hang up' });
    expect(aws.sent).toBe(1);
  });

  it('names the time limit of a call, not the module of the SDK that has it', async () => {
    const message = '@smithy/node-http-handler - [ERROR] a request has exceeded the configured 2000 ms requestTimeout.';
    const aws = sending(() => Promise.reject(Object.assign(new Error(message), { name: 'TimeoutError' })));
    const why = 'SSM did not answer within 2 s';
    expect(await runCommand(aws.ssm, request, time)).toEqual({ kind: 'silent', why });
  });

  it('is sent once: a fault of AWS itself leaves open whether it ran', async () => {
    const aws = sending(() => Promise.reject(refusal('InternalServerError', 'x', 500)), taken);
    const end = await runCommand(aws.ssm, request, time);
    expect([end.kind, 'neverRan' in end, aws.sent]).toEqual(['silent', false, 1]);
  });

  it('is sent again where AWS has answered that it was asked too often: nothing ran', async () => {
    const throttled = () => Promise.reject(refusal('ThrottlingException', 'Rate exceeded'));
    const aws = sending(throttled, throttled, taken);
    expect(await runCommand(aws.ssm, request, time)).toEqual({ kind: 'answered', output: '{}' });
    const always = sending(throttled);
    expect(await runCommand(always.ssm, request, time)).toMatchObject({ kind: 'silent', neverRan: true });
    expect([aws.sent, always.sent]).toEqual([3, 3]);
  });

  it('is sent once by the SDK itself, too', async () => {
    expect(await ssmClient().config.maxAttempts()).toBe(1);
  });
});

describe('a command that only reads', () => {
  it('is sent again if its answer gets lost', async () => {
    const aws = sending(lost, taken);
    expect(await runCommand(aws.ssm, { ...request, repeatable: true }, time)).toMatchObject({ kind: 'answered' });
    expect(aws.sent).toBe(2);
  });
});

describe('a question for its end', () => {
  /** Time that only sleeping takes. */
  const clock = () => {
    let at = 0;
    return { now: () => at, sleep: (ms: number) => Promise.resolve(void (at += ms)) };
  };
  const asking = (end: () => Promise<unknown>) => {
    const seen = { cancelled: 0 };
    const send = (command: unknown) => {
      if (command instanceof SendCommandCommand) return taken();
      if (command instanceof CancelCommandCommand) return Promise.resolve(void (seen.cancelled += 1));
      return end();
    };
    return Object.assign(seen, { ssm: { send } as unknown as SSMClient });
  };

  it('that gets lost is asked again', async () => {
    let asked = 0;
    const aws = asking(() =>
      (asked += 1) < 3 ? lost() : Promise.resolve({ Status: 'Success', StandardOutputContent: 'x' }),
    );
    expect(await runCommand(aws.ssm, request, clock())).toEqual({ kind: 'answered', output: 'x' });
    expect(aws.cancelled).toBe(0);
  });

  it('that is never answered ends with the deadline, and the command is cancelled', async () => {
    const aws = asking(() => Promise.resolve({ Status: 'InProgress' }));
    expect(await runCommand(aws.ssm, request, clock())).toEqual({ kind: 'silent', why: 'no answer within 10 s' });
    expect(aws.cancelled).toBe(1);
  });

  it('that AWS refuses is not asked for as long as that, and the command is cancelled', async () => {
    let asked = 0;
    const aws = asking(() => {
      asked += 1;
      return Promise.reject(refusal('AccessDeniedException', 'no'));
    });
    expect(await runCommand(aws.ssm, request, clock())).toEqual({ kind: 'silent', why: 'AccessDeniedException: no' });
    expect([asked, aws.cancelled]).toEqual([1, 1]);
  });

  it('and a cancellation that fails changes nothing', async () => {
    const send = (command: unknown) => {
      if (command instanceof SendCommandCommand) return taken();
      return command instanceof CancelCommandCommand ? lost() : Promise.resolve({ Status: 'Pending' });
    };
    expect(await runCommand({ send } as unknown as SSMClient, request, clock())).toMatchObject({ kind: 'silent' });
  });
});

describe('a command on a router', () => {
  it('that failed is reported with the output of the script, without what the agent adds', async () => {
    const StandardErrorContent = 'this is no VyOS.\nfailed to run commands: exit status 1';
    expect(
      await runCommand(answering({ Status: 'Failed', ResponseCode: 1, StandardErrorContent }), request, time),
    ).toEqual({
      kind: 'failed',
      why: 'exit code 1: this is no VyOS',
    });
  });

  it('that AWS does not take is silent, its reason a clause, and known not to have run', async () => {
    const refusing = sending(() => Promise.reject(refusal('InvalidInstanceId', 'Instances not in a valid state.')));
    expect(await runCommand(refusing.ssm, request, time)).toEqual({
      kind: 'silent',
      why: 'InvalidInstanceId: SSM accepts no command for the instance',
      fault: 'InvalidInstanceId',
      neverRan: true,
    });
    expect(refusing.sent).toBe(1);
  });

  it.each([
    ['Failed', 'Undeliverable', true],
    ['Failed', 'AccessDenied', true],
    ['Failed', 'InvalidPlatform', true],
    ['Failed', 'Terminated', true],
    ['TimedOut', 'DeliveryTimedOut', undefined],
    ['TimedOut', 'ExecutionTimedOut', undefined],
    ['Cancelled', 'Canceled', undefined],
  ] as const)('that SSM ended as %s is silent, with SSM’s reason: %s', async (Status, fault, neverRan) => {
    const end = { Status, StatusDetails: fault, ResponseCode: -1, StandardOutputContent: '', StandardErrorContent: '' };
    expect(await runCommand(answering(end), request, time)).toEqual({
      kind: 'silent',
      why: `SSM says ${fault}: ${COMMAND_FAULTS[fault]}`,
      fault,
      ...(neverRan && { neverRan }),
    });
  });

  it.each([
    ['Failed', 'Access Denied', 'AccessDenied', true],
    ['Failed', 'Invalid Platform', 'InvalidPlatform', true],
    ['TimedOut', 'Delivery Timed Out', 'DeliveryTimedOut', undefined],
  ] as const)(
    'is the same by the names of SSM’s documentation: %s, %s',
    async (Status, StatusDetails, fault, neverRan) => {
      const end = { Status, StatusDetails, ResponseCode: -1, StandardOutputContent: '', StandardErrorContent: '' };
      expect(await runCommand(answering(end), request, time)).toMatchObject({ fault, ...(neverRan && { neverRan }) });
    },
  );

  it('that SSM ended with an unknown status is silent, and reported by its name', async () => {
    expect(await runCommand(answering({ Status: 'Paused', StatusDetails: 'Snoozing' }), request, time)).toEqual({
      kind: 'silent',
      why: 'SSM says Snoozing',
    });
  });

  it('that never began is no failure of its script, whatever SSM calls it', async () => {
    expect(
      await runCommand(answering({ Status: 'Failed', StatusDetails: 'Failed', ResponseCode: -1 }), request, time),
    ).toEqual({ kind: 'silent', why: 'SSM says Failed' });
  });

  it.each([`{"peers":{"a":{--output truncated--`, `{"peers":{"a":{\n---Output truncated---\n`])(
    'whose output was cut off is silent: %j',
    async (StandardOutputContent) => {
      const end = { Status: 'Success', StatusDetails: 'Success', ResponseCode: 0, StandardOutputContent };
      expect(await runCommand(answering(end), request, time)).toEqual({
        kind: 'silent',
        fault: 'OutputTruncated',
        why: 'SSM says OutputTruncated: the answer was longer than 24,000 characters, and SSM cut it off',
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
