import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { renderReportConf } from '#vyos/report-conf.ts';
import { example, examples, routersOf } from './topologies.ts';

const library = fileURLToPath(new URL('../../router/lib/', import.meta.url));
const apiUrl = 'https://a1b2c3d4e5.execute-api.ap-northeast-1.amazonaws.com';
const anywhere = 'https://events.example.com';
const [topology] = examples;
if (topology === undefined) throw new Error('there are no examples');

test('it names the router, its peer and the API to report to', () => {
  expect(renderReportConf(topology, 'tokyo-2', { apiUrl })).toBe(
    [
      "SITE='tokyo'",
      "SELF='tokyo-2'",
      "PEER='tokyo-1'",
      "PEER_ADDRESS='10.1.100.10'",
      `API_URL='${apiUrl}'`,
      "REGION='ap-northeast-1'",
      "DETECTORS='serf bfd'",
      "PEER_BFD='169.254.254.1'",
      "BGP_TUNNELS='169.254.10.6'",
      "BGP_PAIR='169.254.254.1'",
      "CONFIRM_FOR='0.3'",
      '',
    ].join('\n'),
  );
});

test.each(examples)(
  'it names the neighbors whose sessions are counted, which the functions count too: $name',
  (each) => {
    const bgp = bgpNeighbors(each);
    for (const { name } of routersOf(each)) {
      const { tunnels, pair } = bgp({ name });
      const text = renderReportConf(each, name, { apiUrl: anywhere });
      expect(text).toContain(`BGP_TUNNELS='${tunnels.join(' ')}'\nBGP_PAIR='${pair.join(' ')}'\n`);
    }
  },
);

test('it has the confirmation time of the topology', () => {
  const sites = topology.sites.map((site) => ({ ...site, confirmMs: 1_250 }));
  expect(renderReportConf({ ...topology, sites }, 'tokyo-1', { apiUrl })).toContain("CONFIRM_FOR='1.25'\n");
});

test('only a pair with prefer: safety sends heartbeats, which would delay the failover of any other', () => {
  const safe = example('ipv6-and-prefix-lists');
  expect(renderReportConf(safe, 'frankfurt-1', { apiUrl: anywhere })).toContain("HEARTBEAT='on'\n");
  expect(renderReportConf(safe, 'frankfurt-1', { apiUrl: anywhere, heartbeat: false })).not.toContain('HEARTBEAT');
  expect(renderReportConf(topology, 'tokyo-1', { apiUrl, heartbeat: true })).toContain("HEARTBEAT='on'\n");
});

test('it names the far routers of sites whose API is given, for witness reports', () => {
  const virginia = 'https://v.execute-api.us-east-1.amazonaws.com';
  const text = renderReportConf(topology, 'tokyo-1', { apiUrl, witnessApis: { virginia } });
  expect(text).toContain("WITNESS_FOR='virginia-1@virginia=169.254.10.2'\n");
  expect(text).toContain(`WITNESS_APIS='virginia@us-east-1=${virginia}'\n`);
  expect(() => renderReportConf(topology, 'tokyo-1', { apiUrl, witnessApis: { osaka: virginia } })).toThrow(
    /no site "osaka"/,
  );
});

test('detectors that a router cannot run are omitted', () => {
  const original = { ...example('ipv6-and-prefix-lists'), profile: 'original' as const };
  expect(renderReportConf(original, 'frankfurt-1', { apiUrl: anywhere })).toContain("DETECTORS='serf vrrp'\n");
});

test('the reporter accepts the configuration of every example', () => {
  const directory = mkdtempSync(join(tmpdir(), 'report-conf-'));
  try {
    const files = examples.flatMap((each) =>
      routersOf(each).map(({ name }) => {
        const file = join(directory, `${each.name}-${name}.conf`);
        const witnessApis = Object.fromEntries(each.sites.map((site) => [site.name, anywhere]));
        writeFileSync(file, renderReportConf(each, name, { apiUrl: anywhere, witnessApis, heartbeat: true }));
        return file;
      }),
    );
    const script = `
      . "$1/log.sh"; . "$1/config.sh"; shift; LOG=/dev/null
      for file; do read_config "$file" || exit; printf '%s %s\\n' "$SELF" "$PEER_ADDRESS"; LOG=/dev/null; done`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script, '-', library, ...files], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(files.length);
    expect(stdout).toContain('tokyo-2 10.1.100.10\n');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('the API of another region is refused', () => {
  const inVirginia = 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com';
  for (const url of [inVirginia, `${inVirginia}/`, `${inVirginia}:443`, `${inVirginia}.cn`, inVirginia.toUpperCase()]) {
    const lower = url.replace('HTTPS', 'https');
    expect(() => renderReportConf(topology, 'tokyo-1', { apiUrl: lower })).toThrow(
      /is in us-east-1, but site tokyo is in ap-northeast-1/,
    );
  }
  expect(() => renderReportConf(topology, 'tokyo-1', { apiUrl, witnessApis: { virginia: apiUrl } })).toThrow(
    /is in ap-northeast-1, but site virginia is in us-east-1/,
  );
});

test('a host that names no region is accepted: a custom domain, this machine', () => {
  const hosts = ['https://events.example.com', 'https://execute-api.us-east-1.example.com', 'http://127.0.0.1:4566'];
  for (const url of hosts) {
    expect(renderReportConf(topology, 'tokyo-1', { apiUrl: url })).toContain(`API_URL='${url}'`);
  }
});

test('a URL that the reporter would refuse, or with a quote, is refused', () => {
  const hostile = [
    'http://api.example.com',
    'https://h/path',
    "https://h'; reboot #",
    'https://h\nVTYSH=x',
    '',
    'ftp://h',
  ];
  for (const url of hostile) {
    expect(() => renderReportConf(topology, 'tokyo-1', { apiUrl: url })).toThrow(/not the URL of a site’s API/);
  }
  expect(() => renderReportConf(topology, 'tokyo-1', { apiUrl, region: "x'" })).toThrow(/not an AWS region/);
});
