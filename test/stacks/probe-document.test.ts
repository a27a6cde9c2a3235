import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printed } from '../contract/bgp-summary.cases.ts';
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
  readonly parameters: Readonly<Record<string, { readonly allowedPattern: string }>>;
  readonly mainSteps: readonly { readonly inputs: { readonly runCommand: readonly string[] } }[];
}

function content(): Content {
  const template = JSON.parse(readFileSync(join(built.directory, `${names.stack}.template.json`), 'utf8')) as Template;
  const documents = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::SSM::Document');
  return documents.find(({ Properties }) => Properties.Name === names.probeDocument)?.Properties.Content as Content;
}

/** Runs the document's script as the SSM agent does, on a router whose `vtysh` is a shell script. */
function probe(
  vtysh: string,
  values: Readonly<Record<string, string>> = { Tunnels: '169.254.10.2', Pair: '10.0.0.1' },
) {
  const script = content()
    .mainSteps.flatMap(({ inputs }) => inputs.runCommand)
    .join('\n')
    .replaceAll(/\{\{ (\w+) \}\}/g, (_, name: string) => values[name] ?? '');
  writeFileSync(join(folder, 'vtysh'), `#!/bin/sh\n${vtysh}\n`);
  chmodSync(join(folder, 'vtysh'), 0o755);
  const path = `${folder}:/usr/bin:/bin`;
  return spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: path } });
}

const counts = (tunnels: string, pair: string) => `{"tunnels":{${tunnels}},"pair":{${pair}}}\n`;
const DOWN = '"configured":1,"established":0,"receiving":0,"unreadable":0';

describe('what the probe runs on a router', () => {
  it('counts what bgpd printed, and does not mind what vtysh grumbles about', () => {
    const ended = probe(`echo "% Can't open configuration file" >&2; cat <<'END'\n${printed('frr-10.3-asdot')}\nEND`);
    expect(ended).toMatchObject({
      status: 0,
      stdout: counts('"configured":1,"established":1,"receiving":1,"unreadable":0', DOWN),
    });
  });

  it('says of 600 neighbors no more than of one', () => {
    const addresses = Array.from({ length: 600 }, (_, i) => `169.254.${100 + Math.floor(i / 250)}.${i % 250}`);
    const ended = probe(
      `printf '{"peers":{"10.0.0.1":{"state":"Active"}'
       for address in ${addresses.join(' ')}; do
         printf ',"%s":{"desc":"%0300d","state":"Established","pfxRcd":1}' "$address" 0
       done
       printf '}}'`,
      { Tunnels: addresses.join(' '), Pair: '10.0.0.1' },
    );
    expect(ended).toMatchObject({
      status: 0,
      stdout: counts('"configured":600,"established":600,"receiving":600,"unreadable":0', DOWN),
    });
  });

  it('says that there is no session where no bgpd runs', () => {
    const ended = probe('echo "Exiting: failed to connect to any daemons." >&2; exit 1');
    expect(ended).toMatchObject({ status: 0, stdout: counts(DOWN, DOWN) });
  });

  it('says nothing, and fails, where vtysh fails for any other reason', () => {
    expect(probe('echo "permission denied" >&2; exit 1')).toMatchObject({ status: 1, stdout: '' });
  });

  it('says nothing, and fails, where bgpd’s answer cannot be read', () => {
    const ended = probe(`echo '{"ipv4Unicast":{"peers":{"169.254.10.2":'`);
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toContain('count-sessions: this is no JSON');
  });

  it('takes addresses, and nothing that a shell would take for its own', () => {
    for (const { allowedPattern } of Object.values(content().parameters)) {
      const allowed = new RegExp(allowedPattern);
      expect(['169.254.10.2', '169.254.10.2 169.254.10.6', '2001:db8::1'].every((value) => allowed.test(value))).toBe(
        true,
      );
      for (const value of ['', ' ', "'", '1.2.3.4\n', '$(id)', '1.2.3.4;id', '--pair', '1.2.3.4  5.6.7.8', '`id`']) {
        expect([value, allowed.test(value)]).toEqual([value, false]);
      }
    }
  });

  it('fits into a document with room to spare', () => {
    expect(JSON.stringify(content()).length).toBeLessThan(32 * 1024);
  });
});
