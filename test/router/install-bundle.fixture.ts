import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { type RunningScript, runScript } from '#emulator/ssm/script-runner.ts';
import { bundleArchive } from '#infra/router-bundles/bundle-archive.ts';
import { routerProgram } from '#infra/router-program.ts';
import { SimulatedVyos } from '#simulated-vyos/simulated-vyos.ts';
import type { Topology } from '#topology/topology.ts';
import { type BootDocument, bootParameterName } from '#vyos/boot-values.ts';
import { FakeAws, ROUTER, topology } from './boot.fixture.ts';
import { fakeMetadata, serve } from './http-servers.ts';

const PARAMETER = bootParameterName(topology, { name: 'tokyo' }, ROUTER);
export const API = 'https://a1b2c3.execute-api.ap-northeast-1.amazonaws.com';

export interface Answer {
  readonly outcome: string;
  readonly says?: string;
  readonly why?: string;
  readonly installed?: {
    readonly version: string | null;
    readonly sha256: string | null;
    readonly agent: string | null;
  };
  readonly deployed?: { readonly version: string; readonly sha256: string } | null;
  readonly attention?: readonly string[];
  readonly agent?: { readonly state: string; readonly says?: string };
}

/** A router that exists, and the AWS around it, in which its programs are deployed; run by the document's own script. */
export class ExistingRouter {
  readonly aws: FakeAws;
  readonly vyos: SimulatedVyos;
  document: BootDocument;

  private constructor(aws: FakeAws, vyos: SimulatedVyos, document: BootDocument) {
    this.aws = aws;
    this.vyos = vyos;
    this.document = document;
  }

  /** Until the test ends. */
  static async start(): Promise<ExistingRouter> {
    const folder = mkdtempSync(join(tmpdir(), 'install-bundle-'));
    const aws = new FakeAws();
    const vyos = SimulatedVyos.install(join(folder, 'disk'), ['set system host-name tokyo-1']);
    const servers = [await serve(aws.listener), await serve(fakeMetadata().listener)];
    const [endpoint = '', metadata = ''] = servers.map(({ port }) => `http://127.0.0.1:${port}`);
    vyos.connect(metadata, endpoint);
    const router = new ExistingRouter(aws, vyos, undefined as unknown as BootDocument);
    router.document = router.deploy(topology);
    onTestFinished(async () => {
      vyos.reboot();
      await Promise.all(servers.map((server) => server.close()));
      rmSync(folder, { recursive: true, force: true });
    });
    return router;
  }

  /** The bundle of a topology, and what the boot parameter says besides. */
  deploy(of: Topology, besides: Partial<BootDocument> = {}): BootDocument {
    const { file, sha256, programs } = bundleArchive(of, ROUTER);
    const bundle = { bucket: 'assets', key: `${sha256}.zip`, sha256 };
    this.aws.objects.set(`assets/${bundle.key}`, readFileSync(file));
    this.document = { bundle, programs, apiUrl: API, witnessUrls: {}, addresses: {}, ...besides };
    this.aws.parameters.set(PARAMETER, JSON.stringify(this.document));
    return this.document;
  }

  /** A package of the SSM agent, as a boot parameter names it. */
  agent(version: string, fields = ''): NonNullable<BootDocument['agent']> {
    const text = `!<arch>\nPackage: amazon-ssm-agent\nVersion: ${version}\nArchitecture: amd64\n${fields}`;
    const sha256 = createHash('sha256').update(text).digest('hex');
    this.aws.objects.set(`assets/${sha256}.deb`, Buffer.from(text));
    return { bucket: 'assets', key: `${sha256}.deb`, sha256 };
  }

  /** The command, as SSM runs it. */
  begin(action: 'show' | 'install', attempt = 'aaaaaaaa'): RunningScript {
    const [shebang = '', ...program] = routerProgram('install-bundle');
    const values = [`PARAMETER='${PARAMETER}'`, `ACTION='${action}'`, `ATTEMPT='${attempt}'`];
    const { path, env } = this.vyos.shell;
    const variables = { ...env, SIMULATED_REST_S: '0.02', PATH: `${path}:/usr/sbin:/usr/bin:/bin` };
    return runScript([shebang, ...values, ...program].join('\n'), variables);
  }

  async run(action: 'show' | 'install', attempt?: string): Promise<Answer> {
    const { exitCode, stdout, stderr } = await this.begin(action, attempt).done;
    if (exitCode !== 0) throw new Error(`it ended with ${exitCode}: ${stderr}`);
    return JSON.parse(stdout) as Answer;
  }

  /** The installed file, or undefined. */
  read(path: string): string | undefined {
    const file = join(this.vyos.folder, 'config/vyos-failover', path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** As an operator has left it, or an earlier release. */
  write(path: string, content: string): void {
    writeFileSync(join(this.vyos.folder, 'config/vyos-failover', path), content);
  }

  /** Whether every file of the installed index has its hash. */
  isWhole(): boolean {
    const lines = this.read('INDEX')?.trimEnd().split('\n') ?? [];
    return lines.every((line) => {
      const [, hash, path = ''] = line.split(' ');
      return (
        createHash('sha256')
          .update(this.read(path) ?? '')
          .digest('hex') === hash
      );
    });
  }

  /** The version of the installed SSM agent. */
  get agentVersion(): string | undefined {
    const file = join(this.vyos.folder, 'var/lib/dpkg/amazon-ssm-agent');
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  }

  /** A command arrives as soon as the other agent is installed; then its state is asked for. */
  async untilAgent(attempt?: string): Promise<Answer['agent']> {
    const until = (is: () => boolean) => vi.waitFor(() => expect(is()).toBe(true), { timeout: 60_000, interval: 10 });
    await until(() => this.#isAgentKnown || !existsSync(join(this.vyos.folder, 'run/install-heard')));
    await this.run('install', attempt);
    await until(() => this.#isAgentKnown);
    return (await this.run('install', attempt)).agent;
  }

  /** Whether the record says what became of the agent. */
  get #isAgentKnown(): boolean {
    const record = JSON.parse(readFileSync(join(this.vyos.folder, 'run/install.json'), 'utf8')) as Answer;
    return record.agent?.state !== 'pending';
  }

  /** A copy of its disk, to compare. */
  keep(): string {
    const copy = `${this.vyos.folder}-kept`;
    cpSync(this.vyos.folder, copy, { recursive: true });
    return copy;
  }
}
