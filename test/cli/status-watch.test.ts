import { stripVTControlCharacters } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { AskedSite } from './asked-site.ts';

let site: AskedSite;
beforeEach(() => {
  site = new AskedSite();
});

describe('status --watch', () => {
  test('repeats after the given seconds, one JSON object per line, until Ctrl-C ends it with 130', async () => {
    const interrupt = new AbortController();
    const slept: number[] = [];
    const sleep = (ms: number) => {
      slept.push(ms);
      if (slept.length === 2) interrupt.abort();
      return Promise.resolve();
    };
    const line = ['status', 'tokyo', '--watch', '5', '--json'];
    const { exitCode, stdout } = await site.run(line, { sleep, signal: interrupt.signal });
    expect({ exitCode, slept }).toEqual({ exitCode: 130, slept: [5000, 5000] });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((text) => (JSON.parse(text) as { schema: string }).schema)).toEqual([
      'vyos-failover.status/1',
      'vyos-failover.status/1',
    ]);
  });

  test('redraws a terminal in place, without clearing it or its scrollback, and leaves the last state on it', async () => {
    const interrupt = new AbortController();
    let turns = 0;
    const sleep = () => {
      turns += 1;
      if (turns === 1) site.world.ec2['tokyo-2'] = { ...site.world.ec2['tokyo-2'], instance: 'stopped' } as never;
      if (turns === 2) interrupt.abort();
      return Promise.resolve();
    };
    const line = ['status', 'tokyo', '--watch', '5'];
    const around = { sleep, signal: interrupt.signal, terminal: true, columns: 60 };
    const { stdout } = await site.run(line, around);
    const [before = '', first = '', second = ''] = stdout.split('\u001b[H');
    expect(before).toContain('\u001b[?1049h');
    expect(stdout).not.toContain('\u001b[2J');
    const linesOf = (text: string) =>
      stripVTControlCharacters(text)
        .split('\n')
        .map((each) => each.trimEnd());
    expect(Math.max(...linesOf(first).map(({ length }) => length))).toBeLessThanOrEqual(60);
    expect(linesOf(first).at(-1)).toBe('2026-11-23 03:00:00Z, every 5 s; Ctrl-C ends');
    const [drawn = '', left = ''] = second.split('\u001b[?1049l');
    expect(drawn).toContain('its instance');
    expect(stripVTControlCharacters(left)).toContain(
      'StandbyUnfit: tokyo-2 could not take over: its instance is stopped',
    );
  });

  test.each(['0', '1.5', 'soon'])('refuses --watch %s', async (seconds) => {
    expect(await site.run(['status', '--watch', seconds])).toMatchObject({ exitCode: 2, stdout: '' });
  });
});
