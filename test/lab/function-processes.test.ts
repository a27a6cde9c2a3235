import { expect, it } from 'vitest';
import { FunctionProcesses } from '#lab/function-processes.ts';

const PUSH = 'vyos-failover-lab--tokyo--config-push';

it('kills the processes of a function that its own emulator has started and that are left', () => {
  const running = new Map([
    [1, PUSH],
    [2, PUSH],
    [3, 'vyos-failover-lab--tokyo--route-swap'],
    [5, 'a program that got the id of a process that had ended'],
    [9, PUSH],
  ]);
  const killed: number[] = [];
  const processes = new FunctionProcesses({
    environmentOf: (pid) => (running.has(pid) ? ['HOME=/', `AWS_LAMBDA_FUNCTION_NAME=${running.get(pid)}`] : undefined),
    kill: (pid) => void (killed.push(pid), running.delete(pid)),
  });
  for (const pid of [1, 2, 4, 5]) processes.add({ name: PUSH, pid });
  processes.add({ name: 'vyos-failover-lab--tokyo--route-swap', pid: 3 });
  processes.kill(PUSH);
  expect(killed).toEqual([1, 2]);
  expect(() => processes.kill(PUSH)).toThrow(`no process of ${PUSH} is left`);
});
