import { CommanderError } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import { readOptions } from '#bench/options.ts';

describe('the command line of the benchmarks', () => {
  it('has defaults', () => {
    expect(readOptions(['swap'])).toMatchObject({
      bench: 'swap',
      routes: [1, 10, 50, 100, 200, 500],
      others: 0,
      repeat: undefined,
      json: false,
      save: false,
    });
  });

  it('reads every option', () => {
    const argv = ['swap', '--routes', '2,3', '--repeat', '4', '--others', '0.25', '--json', '--save'];
    expect(readOptions(argv)).toMatchObject({ routes: [2, 3], repeat: 4, others: 0.25, json: true, save: true });
    expect(readOptions(['outage', '--plain'])).toMatchObject({ bench: 'outage', plain: true, repeat: undefined });
    expect(readOptions(['false-alarms', '--root', '/d', '--detectors', 'bfd,vrrp'])).toMatchObject({
      root: '/d',
      detectors: ['bfd', 'vrrp'],
    });
    expect(readOptions(['outage'])).toMatchObject({ latency: 'lab', cold: false });
    expect(readOptions(['outage', '--latency', 'slow', '--cold'])).toMatchObject({ latency: 'slow', cold: true });
    expect(readOptions(['cold-start', '--repeat', '7'])).toMatchObject({ bench: 'cold-start', repeat: 7 });
    expect(readOptions(['pairs', '--pairs', '2,3', '--routes', '4'])).toMatchObject({ pairs: [2, 3], routes: 4 });
  });

  it.each([
    [['ping'], "error: unknown command 'ping'"],
    [[], 'Usage: npm run bench -- <benchmark>'],
    [['swap', '--routes', '5,0,x,1.5'], 'It takes whole numbers from 1 to 2000, not "0", "x", "1.5".'],
    [['swap', '--repeat', ''], 'It takes whole numbers from 1 to 1000, not "".'],
    [['swap', '--repeat', '5,6'], 'It takes one number.'],
    [['outage', '--detectors', 'bfd,ping'], 'It takes some of serf,bfd,vrrp.'],
    [['outage', '--latency', 'fast'], 'Allowed choices are lab, plausible, slow.'],
    [['swap', '--others', '1'], 'It takes a number from 0 to 0.9.'],
    [['cold-start', '--routes', '5'], "error: unknown option '--routes'"],
  ])('a wrong command line is refused with the reason: %j', (argv, reason) => {
    let printed = '';
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((printed += String(text)), true));
    try {
      expect(() => readOptions(argv)).toThrow(CommanderError);
    } finally {
      stderr.mockRestore();
    }
    expect(printed).toContain(reason);
  });
});
