import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShellFixture } from '#emulator/account.ts';
import type { Router, SiteDetector, Topology } from '#topology/topology.ts';
import { renderReportConf } from '#vyos/report-conf.ts';

/** What a simulated router needs to know of the world to report to it. */
export interface Surroundings {
  /** By the site's name. The router testifies to those of the others, where the topology lets it notice anything. */
  readonly apis: Readonly<Record<string, string>>;
  readonly metadataUrl: string;
  /** Address on 127.0.0.0/8 at which the peer's Serf would answer. */
  readonly peerAddress: string;
  /** Where this router's own agent answers `serf members`; undefined: there is none, and it knows no members. */
  readonly serfRpc: string | undefined;
}

/**
 * A router on disk: the programs that Run Command and the reporter call (`vtysh`, `serf`), its BGP state, and the
 * reporter's configuration. The real `router/report` runs in it under bash.
 */
export class SimulatedRouter {
  readonly router: Router;
  readonly #directory: string;
  #conf: Readonly<Record<string, string>> = {};

  constructor(parent: string, router: Router) {
    this.router = router;
    this.#directory = join(parent, router.name);
    mkdirSync(join(this.#directory, 'bin'), { recursive: true });
    this.writeBgpSummary({});
    this.#program('vtysh', `exec cat ${quote(this.#path('bgp-summary.json'))}`);
  }

  /**
   * Copies the reporter to where a bundle installs it, for what Run Command examines; its units count as running.
   *
   * @param aws URLs of SSM and of its metadata service
   * @returns how Run Command runs on it from now on
   */
  installReporter(aws: { readonly ssm: string; readonly metadata: string }): ShellFixture {
    const root = this.#path('root');
    mkdirSync(join(root, 'var/log'), { recursive: true });
    cpSync(PROGRAMS, join(root, 'config/vyos-failover'), { recursive: true });
    this.#program('systemctl', 'exit 0');
    return {
      path: this.bin,
      env: {
        VYOS_FAILOVER_ROOT: root,
        REPORT_CONF: this.reportConf,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.metadata,
        AWS_ENDPOINT_URL_SSM: aws.ssm,
      },
    };
  }

  /** Where its programs are. */
  get bin(): string {
    return this.#path('bin');
  }

  /** Where its agent's configuration and logs may go. */
  get directory(): string {
    return this.#directory;
  }

  get reportConf(): string {
    return this.#path('report.conf');
  }

  /** What `vtysh -c 'show bgp summary json'` prints from now on; readers see the old or the new state, never half. */
  writeBgpSummary(summary: unknown): void {
    writeFileSync(this.#path('bgp-summary.json.new'), JSON.stringify(summary));
    renameSync(this.#path('bgp-summary.json.new'), this.#path('bgp-summary.json'));
  }

  /** Does `report.conf` say that this detector runs here? */
  runsDetector(detector: SiteDetector): boolean {
    return this.#conf['DETECTORS']?.split(' ').includes(detector) === true;
  }

  /** Does `report.conf` say that this router testifies about that one of another site? */
  isWitnessOf(router: string): boolean {
    return this.#conf['WITNESS_FOR']?.split(' ').some((entry) => entry.startsWith(`${router}@`)) === true;
  }

  /**
   * Writes report.conf, as `router bundle` does when it is given the URLs of all sites, and the `serf` that evidence is
   * read with.
   */
  connect(topology: Topology, { apis, metadataUrl, peerAddress, serfRpc }: Surroundings): void {
    const { [this.router.site]: apiUrl = '', ...witnessApis } = apis;
    const bundled = renderReportConf(topology, this.router.name, { apiUrl, witnessApis });
    this.#conf = {
      ...Object.fromEntries([...bundled.matchAll(/^(\w+)='(.*)'$/gm)].map(([, key = '', value = '']) => [key, value])),
      PEER_ADDRESS: peerAddress,
      STATE_DIR: this.#path('state'),
      LOG: this.#path('report.log'),
      METADATA_URL: metadataUrl,
      VTYSH: join(this.bin, 'vtysh'),
      SERF: join(this.bin, 'serf'),
      // All routers share one host here, which itself refuses connections to a router that was killed.
      CONFIRM_REFUSED: 'dead',
    };
    writeFileSync(
      this.reportConf,
      Object.entries(this.#conf)
        .map(([key, value]) => `${key}='${value}'\n`)
        .join(''),
    );
    this.#program(
      'serf',
      serfRpc === undefined ? `echo '{"members":[]}'` : `exec serf "$@" -rpc-addr=${quote(serfRpc)}`,
    );
  }

  /** The reporter's log so far: time, level, report id, sentence. */
  reportLog(): readonly LogLine[] {
    let text: string;
    try {
      text = readFileSync(this.#path('report.log'), 'utf8');
    } catch {
      return [];
    }
    return text.split('\n').flatMap((line) => {
      const [, at, level, id, says] = /^(\S+) +(\S+) +(\S+) (.*)$/.exec(line) ?? [];
      return at === undefined || level === undefined || says === undefined
        ? []
        : [{ at: Date.parse(at), level, id: id ?? '-', says }];
    });
  }

  #program(name: string, command: string): void {
    const file = join(this.#directory, 'bin', name);
    writeFileSync(file, `#!/bin/sh\n${command}\n`);
    chmodSync(file, 0o755);
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}

export interface LogLine {
  /** ms since the epoch. */
  readonly at: number;
  readonly level: string;
  readonly id: string;
  readonly says: string;
}

const PROGRAMS = fileURLToPath(new URL('../router', import.meta.url));
/** The reporter as it goes onto routers. */
export const REPORT = fileURLToPath(new URL('../router/report', import.meta.url));

/** The program that sends a witness report to another site's API. */
export const TESTIFY = fileURLToPath(new URL('../router/testify', import.meta.url));

/** A word for `sh`, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
