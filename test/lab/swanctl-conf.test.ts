import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { swanctlConf } from '#lab/swanctl-conf.ts';
import { loadTopology } from '#topology/load.ts';
import { resolveRouter } from '#vyos/resolve.ts';

const FILE = 'examples/tokyo-virginia.yaml';
const KEYS = { '/vyos-failover/tokyo-virginia/psk/tokyo-1--virginia-1': 'a2V5' };

function confOf(router: string, options: Parameters<typeof resolveRouter>[2] = {}): string {
  const { topology } = loadTopology(readFileSync(FILE, 'utf8'), FILE);
  if (topology === undefined) throw new Error(`${FILE} has mistakes`);
  return swanctlConf(resolveRouter(topology, router, options).ipsec, KEYS);
}

describe('strongSwan’s part of a router’s configuration', () => {
  it('has one connection between the loopbacks, with the ciphers of profile fast', () => {
    expect(confOf('tokyo-1')).toMatchInlineSnapshot(`
      "connections {
        virginia-1 {
          version = 2
          local_addrs = 10.1.100.10
          remote_addrs = 198.51.100.10
          proposals = aes256gcm16-prfsha256-ecp256
          rekey_time = 28800s
          keyingtries = 0
          dpd_delay = 10s
          local {
            auth = psk
            id = 203.0.113.10
          }
          remote {
            auth = psk
            id = 198.51.100.10
          }
          children {
            virginia-1 {
              local_ts = 10.255.1.1/32
              remote_ts = 10.255.2.1/32
              esp_proposals = aes256gcm16-ecp256
              rekey_time = 3600s
              start_action = start
              close_action = start
              dpd_action = restart
            }
          }
        }
      }
      secrets {
        ike-virginia-1 {
          id-1 = 203.0.113.10
          id-2 = 198.51.100.10
          secret = 0sa2V5
        }
      }
      "
    `);
  });

  it('lets one end of a tunnel call and the other only answer', () => {
    expect(confOf('tokyo-1')).toContain('start_action = start');
    expect(confOf('virginia-1')).toContain('start_action = none');
  });

  it('has the article’s ciphers in profile original', () => {
    expect(confOf('tokyo-1', { profile: 'original' })).toMatch(/version = 1\n[^]* proposals = aes128-sha1-modp1024\n/);
  });

  it('refuses VTIs, which a lab has not', () => {
    expect(() => confOf('tokyo-1', { tunnels: 'vti' })).toThrow('GRE between loopbacks only');
  });
});
