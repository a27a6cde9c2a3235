import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const render = ['config', 'render', 'examples/tokyo-virginia.yaml', '--router'];

/** Runs the program with stdout or stderr on a full device. */
function run(line: readonly string[], full: 'stdout' | 'stderr') {
  const device = openSync('/dev/full', 'w');
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', ...line], {
      encoding: 'utf8',
      stdio: ['ignore', full === 'stdout' ? device : 'pipe', full === 'stderr' ? device : 'pipe'],
    });
    return { status, said: full === 'stdout' ? stderr : stdout };
  } finally {
    closeSync(device);
  }
}

describe.skipIf(process.platform !== 'linux')('on a full disk', () => {
  test('a result that cannot be written is a failure with one message', () => {
    expect(run([...render, 'tokyo-1'], 'stdout')).toEqual({
      status: 1,
      said: 'cannot write the result to standard output: ENOSPC: no space left on device, write\n',
    });
  });

  test('a failure to write to stderr does not change the exit code', () => {
    expect(run([...render, 'nobody'], 'stderr')).toEqual({ status: 2, said: '' });
    expect(run(['nonsense'], 'stderr')).toEqual({ status: 2, said: '' });
    expect(run(['topology', 'validate', 'examples/ipv6-and-prefix-lists.yaml'], 'stderr')).toEqual({
      status: 0,
      said: expect.stringContaining('three-sites is valid') as string,
    });
  });
});

test('a reader that closes the pipe, such as head, ends the program without a message', async () => {
  const program = spawn(process.execPath, ['cli/main.ts', ...render, 'tokyo-1'], { stdio: ['ignore', 'pipe', 'pipe'] });
  program.stdout.destroy();
  let said = '';
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [exitCode] = (await once(program, 'close')) as [number | null];
  expect([exitCode, said]).toEqual([0, '']);
});
