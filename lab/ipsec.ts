import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startIn } from './daemons.ts';
import type { RouterPlan } from './plan.ts';
import { processesIn } from './processes.ts';
import { binOf, configOf } from './router-files.ts';
import { run, runIn, waitUntil } from './run.ts';
import { type PresharedKeys, swanctlConf } from './swanctl-conf.ts';

/** What charon sees as /run: there it has its process id and its control socket, of which a machine has one each. */
const runOf = ({ directory }: RouterPlan) => join(directory, 'charon');
const swanctlOf = (router: RouterPlan) => join(configOf(router), 'swanctl.conf');
const controlOf = (router: RouterPlan) => `unix://${join(runOf(router), 'charon.vici')}`;

/**
 * ESP in userland, because kernels that labs run on often have none. Retransmissions are short: with strongSwan's own a
 * tunnel whose far end was reborn would take three minutes to come back, as userland has no trap policy to help.
 */
const STRONGSWAN = `charon {
  load_modular = no
  load = random nonce openssl aes sha1 sha2 hmac kdf gcm curve25519 gmp pem pkcs1 x509 pubkey kernel-libipsec kernel-netlink socket-default vici
  retransmit_tries = 3
  retransmit_timeout = 1.0
  retransmit_base = 1.2
  filelog {
    log {
      path = /run/charon.log
      default = 1
      flush_line = yes
    }
  }
  plugins {
    kernel-libipsec { allow_peer_ts = yes }
  }
}
`;

/** GRE, too: what socat's TUN puts before a packet is, byte by byte, the header of plain GRE. It ends when there is no way. */
const GRE = `#!/bin/sh
while :; do
  gre "TUN,tun-name=$1,iff-up" "IP4-DATAGRAM:$3:47,bind=$2"
  sleep 0.5
done
`;

/**
 * A charon without loaded connections answers an initiator with NO_PROPOSAL_CHOSEN, and in userland the initiator does not
 * retry. So it receives no packets before its connections are loaded.
 */
const DEAF = `
table inet deaf
delete table inet deaf
table inet deaf { chain in { type filter hook input priority 0; udp dport { 500, 4500 } drop; }; }
`;

export function writeIpsecFiles(router: RouterPlan, keys: PresharedKeys): void {
  mkdirSync(runOf(router), { recursive: true });
  writeFileSync(join(runOf(router), 'strongswan.conf'), STRONGSWAN);
  writeFileSync(swanctlOf(router), swanctlConf(router.model.ipsec, keys), { mode: 0o600 });
  writeFileSync(join(binOf(router), 'keep-gre'), GRE, { mode: 0o755 });
  // Programs in a namespace are distinguished by their names.
  symlinkSync('/usr/bin/socat', join(binOf(router), 'gre'));
}

/** Starts strongSwan and the GRE tunnels in it, unless they run. */
export async function startIpsec(router: RouterPlan): Promise<void> {
  const running = await processesIn(router.namespace);
  if (!running.has('charon')) {
    // A stale socket would accept connections and never answer.
    rmSync(join(runOf(router), 'charon.vici'), { force: true });
    await runIn(router.namespace, 'nft', ['-f', '-'], { input: DEAF });
    const charon = 'mount --bind "$0" /run && exec /usr/lib/ipsec/charon';
    startIn(router, 'charon', ['sh', '-c', charon, runOf(router)], { STRONGSWAN_CONF: '/run/strongswan.conf' });
    const load = () =>
      run('swanctl', ['--load-all', '--noprompt', '--uri', controlOf(router), '--file', swanctlOf(router)]).then(
        () => true,
        () => false,
      );
    if (!(await waitUntil(load, { withinMs: 10_000 })))
      throw new Error(`strongSwan does not start; see ${runOf(router)}/charon.log`);
    await runIn(router.namespace, 'nft', ['delete table inet deaf']);
  }
  if (running.has('keep-gre')) return;
  for (const { interface: name, gre } of router.links) {
    if (gre !== undefined)
      startIn(
        router,
        `gre-${name}`,
        [join(binOf(router), 'keep-gre'), name, gre.source, gre.remote],
        {},
        binOf(router),
      );
  }
}
