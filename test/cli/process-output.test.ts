import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { processOutput } from '#cli/process-output.ts';
import { AskedSite } from './asked-site.ts';

const env = { NO_COLOR: '1', VYOS_FAILOVER_TOPOLOGY: 'tokyo-virginia.yaml' };

describe('a terminal that states a size of 0', () => {
  test.each(['status tokyo', 'history tokyo'])('gets the tables of %s as wide as they are', async (line) => {
    const site = new AskedSite();
    await site.run(['pause', 'tokyo', '--for', '30m', '--reason', 'x', '--yes']);
    const words = line.split(' ');
    const { stdout } = await site.run(words, { env, terminal: true, columns: 0 });
    expect(stdout).toBe((await site.run(words, { env })).stdout);
  });

  test('shows status --watch in 80 columns', async () => {
    const interrupt = new AbortController();
    const sleep = () => {
      interrupt.abort();
      return Promise.resolve();
    };
    const around = { env, sleep, signal: interrupt.signal, terminal: true };
    const { exitCode, stdout, stderr } = await new AskedSite().run(['status', 'tokyo', '--watch', '5'], {
      ...around,
      columns: 0,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' });
    const [frame = ''] = stdout.split('\u001b[J');
    const widths = stripVTControlCharacters(frame)
      .split('\r\n')
      .map((line) => line.length);
    expect(frame).toContain('Ctrl-C ends');
    expect([Math.max(...widths) <= 80, widths.length > 5]).toEqual([true, true]);
  });
});

test('a terminal that is resized has its new size', () => {
  const stream = { isTTY: true, columns: 80, rows: 24, write: () => true };
  const output = processOutput(stream);
  stream.columns = 60;
  expect(output).toMatchObject({ isTTY: true, columns: 60, rows: 24 });
});
