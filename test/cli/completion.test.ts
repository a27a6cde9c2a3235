import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { commandLine, examplesFolder } from './command-line.ts';

const env = { VYOS_FAILOVER_TOPOLOGY: 'tokyo-virginia.yaml' };

async function complete(line: string): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await commandLine(['complete', '--', ...line.split(' ')], { env });
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion', () => {
  test.each([
    ['sta', ['status']],
    ['topology ', ['validate', 'graph', 'security-groups']],
    ['topology graph --for', ['--format']],
    ['topology graph --format ', ['mermaid', 'svg']],
    ['status ', ['tokyo', 'virginia']],
    ['switchover t', ['tokyo']],
    ['switchover tokyo --to ', ['tokyo-1', 'tokyo-2']],
    ['switchover --to ', ['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2']],
    ['switchover --to tokyo-2 ', ['tokyo', 'virginia']],
    ['maintenance ', ['on', 'off']],
    ['maintenance on virginia ', ['virginia-1', 'virginia-2']],
    ['history tokyo --limit ', []],
    ['topology validate ', []],
    ['status tokyo --topology none.yaml ', []],
    ['no-such-command ', []],
  ])('of "%s" is %j', async (line, words) => {
    expect(await complete(line)).toEqual(words);
  });

  test('offers neither itself nor what is hidden', async () => {
    expect(await complete('comp')).toEqual(['completion']);
  });

  test('of an option offers those of the command', async () => {
    expect(await complete('pause tokyo --')).toEqual(
      expect.arrayContaining(['--for', '--reason', '--dry-run', '--help']),
    );
  });

  test('refuses a shell that it does not know', async () => {
    expect(await commandLine(['completion', 'csh'])).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('works in a real bash, at Tab in the middle of a command line', async () => {
    const { stdout: script } = await commandLine(['completion', 'bash']);
    // As bash sets the variables: https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
    const tab =
      'COMP_WORDS=(vyos-failover maintenance on tokyo ""); COMP_CWORD=4; _vyos_failover; printf "%s\\n" "${COMPREPLY[@]}"';
    const completed = execFileSync('bash', ['-ec', `${script}\n${tab}`], {
      cwd: examplesFolder,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    expect(completed.split('\n')).toEqual(['tokyo-1', 'tokyo-2', '']);
  });
});
