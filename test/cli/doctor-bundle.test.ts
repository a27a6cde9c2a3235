import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '#aws/secret-value.ts';
import { redact } from '#cli/doctor/redact.ts';
import { examplesFolder } from './command-line.ts';
import { ExaminedSite, VALUE } from './examined-site.ts';

let site: ExaminedSite;
beforeEach(() => {
  site = new ExaminedSite();
});

describe('doctor --bundle', () => {
  it('writes what support needs, and no secret that was planted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    try {
      const planted = {
        aws: 'ASIAABCDEFGHIJKLMNOP',
        node: 'hunter2-node',
        json: 'hunter2-json',
        person: 'ann.planted',
      };
      site.shows['tokyo-1'] = {
        log: [`key ${VALUE}`, planted.aws, `secret ${planted.node}`, `"password": "${planted.json}"`],
      };
      site.cloud.subscriptions = [{ protocol: 'email', endpoint: `${planted.person}@example.com`, state: 'pending' }];
      await site.asked.run(['pause', 'tokyo', '--for', '5m', '--reason', `the key is ${VALUE}`, '--yes']);
      const stdin = `# psk: ${VALUE}\n${readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8')}`;
      const file = join(folder, 'support.zip');
      const { exitCode, stderr } = await site.run(['--bundle', file, '--topology', '-'], { stdin });
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining('support.zip written')]);
      const archive = unzipSync(readFileSync(file));
      const text = Object.values(archive)
        .map((content) => strFromU8(content))
        .join('\n');
      for (const secret of [VALUE, ...Object.values(planted)]) expect(text).not.toContain(secret);
      expect(text).toContain('(removed)@example.com');
      expect(Object.keys(archive).toSorted()).toMatchInlineSnapshot(`
        [
          "README.txt",
          "tokyo/alarms.json",
          "tokyo/concurrency.json",
          "tokyo/examination.json",
          "tokyo/findings.json",
          "tokyo/history.json",
          "tokyo/network-acls.json",
          "tokyo/plan.json",
          "tokyo/quotas.json",
          "tokyo/rehearsal.json",
          "tokyo/route-tables.json",
          "tokyo/security-groups.json",
          "tokyo/status.json",
          "tokyo/subscriptions.json",
          "tokyo/throttled.json",
          "topology.yaml",
        ]
      `);
      expect(strFromU8(archive['tokyo/history.json'] ?? new Uint8Array())).toContain('ann@desk paused tokyo');
      const readme = strFromU8(archive['README.txt'] ?? new Uint8Array());
      for (const path of Object.keys(archive).filter((each) => each !== 'README.txt'))
        expect(readme).toContain(`\n${path.replace('tokyo/', 'SITE/')} `);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps the words of which a short key would be a part', () => {
    expect(redact('status of tokyo', [new SecretValue('o')])).toBe('status of tokyo');
  });

  it('removes a key with quotes or backslashes from a JSON file, too', () => {
    const key = 'ab"cd\\ef\tgh';
    const texts = [key, JSON.stringify({ log: `psk ${key} wrong` }), JSON.stringify(JSON.stringify({ log: key }))];
    for (const text of texts) expect(redact(text, [new SecretValue(key)])).not.toMatch(/ab|cd|ef|gh/);
  });

  it('removes the private and shared keys of a router configuration', () => {
    const lines =
      "set interfaces wireguard wg0 private-key 'cGFzc3dvcmQ='; private-key aGVsbG8=; preshared-key c2VjcmV0MQ==";
    expect(redact(lines, [])).not.toMatch(/cGFz|aGVs|c2Vj/);
  });

  it('ends with 1 where the archive cannot be written', async () => {
    const { exitCode, stderr } = await site.run(['--bundle', '/nowhere/support.zip']);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/\/nowhere\/support.zip cannot be written: ENOENT/)]);
  });
});
