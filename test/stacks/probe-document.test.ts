import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembly, names, type Template } from './site-under-test.ts';

let built: Awaited<ReturnType<typeof assembly>>;
let folder: string;
beforeAll(async () => {
  built = await assembly();
  folder = mkdtempSync(join(tmpdir(), 'probe-document-'));
});
afterAll(() => {
  built.remove();
  rmSync(folder, { recursive: true });
});

interface Content {
  readonly mainSteps: readonly { readonly inputs: { readonly runCommand: readonly string[] } }[];
}

/** Runs the document's script as the SSM agent does, on a router whose `vtysh` is a shell script. */
function probe(vtysh: string): { readonly status: number | null; readonly stdout: string } {
  const template = JSON.parse(readFileSync(join(built.directory, `${names.stack}.template.json`), 'utf8')) as Template;
  const documents = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::SSM::Document');
  const content = documents.find(({ Properties }) => Properties.Name === names.probeDocument)?.Properties.Content;
  const script = (content as Content).mainSteps.flatMap(({ inputs }) => inputs.runCommand).join('\n');
  writeFileSync(join(folder, 'vtysh'), `#!/bin/sh\n${vtysh}\n`);
  chmodSync(join(folder, 'vtysh'), 0o755);
  const path = `${folder}:/usr/bin:/bin`;
  return spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: path } });
}

describe('what the probe runs on a router', () => {
  it('prints the summary in one line, without what vtysh grumbles about', () => {
    const ended = probe(`echo "% Can't open configuration file" >&2; printf '{\\n  "ipv4Unicast": {\\n  }\\n}\\n'`);
    expect(ended).toMatchObject({ status: 0, stdout: '{ "ipv4Unicast": { } }' });
  });

  it('says that there is no session where no bgpd runs', () => {
    const ended = probe('echo "Exiting: failed to connect to any daemons." >&2; exit 1');
    expect(ended).toMatchObject({ status: 0, stdout: '{}' });
  });

  it('says nothing, and fails, where vtysh fails for any other reason', () => {
    expect(probe('echo "permission denied" >&2; exit 1')).toMatchObject({ status: 1, stdout: '' });
  });
});
