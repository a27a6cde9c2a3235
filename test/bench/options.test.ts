import { describe, expect, it } from 'vitest';
import { readOptions, UsageError } from '#bench/options.ts';

describe('the command line of the benchmarks', () => {
  it('has its defaults', () => {
    expect(readOptions(['swap'])).toEqual({
      bench: 'swap',
      routes: [1, 10, 50, 100, 200, 500],
      others: 0,
      repeat: undefined,
      json: false,
      save: false,
    });
  });

  it('takes what it is told', () => {
    const argv = ['swap', '--routes', '2,3', '--repeat', '4', '--others', '0.25', '--json', '--save'];
    expect(readOptions(argv)).toMatchObject({ routes: [2, 3], repeat: 4, others: 0.25, json: true, save: true });
    expect(readOptions(['outage', '--plain'])).toMatchObject({ bench: 'outage', plain: true, repeat: undefined });
    expect(readOptions(['false-alarms', '--root', '/d', '--detectors', 'bfd,vrrp'])).toMatchObject({
      root: '/d',
      detectors: ['bfd', 'vrrp'],
    });
    expect(readOptions(['cold-start', '--repeat', '7'])).toMatchObject({ bench: 'cold-start', repeat: 7 });
  });

  it.each([
    [['ping'], 'There is no benchmark "ping". There are: swap, outage, false-alarms, cold-start'],
    [[], 'Which benchmark? There are: swap, outage, false-alarms, cold-start'],
    [['swap', '--routes', '5,0,x,1.5'], '--routes takes whole numbers from 1 to 2000, not "0", "x", "1.5"'],
    [['swap', '--repeat', ''], '--repeat takes whole numbers from 1 to 1000, not ""'],
    [['outage', '--detectors', 'bfd,ping'], '--detectors takes some of serf,bfd,vrrp, not "bfd,ping"'],
    [['swap', '--others', '1'], '--others takes a number from 0 to 0.9, not "1"'],
  ])('says what is wrong with %j', (argv, says) => {
    expect(() => readOptions(argv)).toThrow(new UsageError(says));
  });

  it('does not take the options of another benchmark', () => {
    expect(() => readOptions(['cold-start', '--routes', '5'])).toThrow(UsageError);
  });
});
