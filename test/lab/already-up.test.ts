import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startOf } from '#lab/processes.ts';
import { RaisedLab } from '#lab/raised-lab.ts';
import { LABS, writeCloudState } from '#lab/state.ts';

/** Where all labs of the machine are: root alone may write there. */
const isWritable = () => {
  try {
    accessSync(dirname(LABS), constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

it.skipIf(!isWritable())(
  'does not end a lab of that name that another process has up, when it refuses to raise it',
  async () => {
    const name = `t${process.pid}`;
    const owner = spawn('sleep', ['600']);
    const ended = new Promise((resolve) => owner.once('exit', resolve));
    const directory = join(LABS, name);
    mkdirSync(directory, { recursive: true });
    onTestFinished(() => {
      owner.kill();
      rmSync(directory, { recursive: true, force: true });
    });
    const pid = owner.pid ?? 0;
    const keys = { accessKeyId: '', secretAccessKey: '' };
    writeCloudState(directory, { pid, start: startOf(pid) ?? '', endpoint: '', keys, apis: {} });

    const raised = RaisedLab.raise({ name, encrypted: false }, 'examples/tokyo-virginia.yaml', () => undefined);

    await expect(raised).rejects.toThrow(`lab "${name}" is already up (process ${pid})`);
    expect(startOf(pid)).toBeDefined();
    owner.kill();
    await ended;
  },
);
