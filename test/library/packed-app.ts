import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { PEERS } from '../../tools/package/package-json.ts';
import { writePackage } from '../../tools/package/write-package.ts';

const run = promisify(execFile);

/** The example's app in a folder of its own, with the packed library in its `node_modules`, and CDK linked to it. */
export class PackedApp {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Packs the library, as `npm run package` does, and unpacks it, as `npm install` does. */
  static async make(): Promise<PackedApp> {
    const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-cdk-app-'));
    const modules = join(folder, 'node_modules');
    const library = join(modules, 'cdk-vyos-failover');
    mkdirSync(library, { recursive: true });
    for (const peer of PEERS) symlinkSync(resolve('node_modules', peer), join(modules, peer));
    const packed = join(folder, 'packed');
    await writePackage(packed);
    const { stdout } = await run('npm', ['pack', packed, '--pack-destination', folder, '--silent']);
    await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', library, '--strip-components', '1']);
    rmSync(packed, { recursive: true });
    cpSync('examples/cdk-app', folder, { recursive: true });
    return new PackedApp(folder);
  }

  /** Runs the app as `cdk synth` does, with no feature flag in its cdk.json. @returns its templates by stack */
  async synthesize(topology: string): Promise<ReadonlyMap<string, Record<string, unknown>>> {
    writeFileSync(join(this.folder, 'topology.yaml'), topology);
    const { VYOS_FAILOVER_BUILDS: _, ...env } = process.env;
    const outdir = join(this.folder, 'cdk.out');
    await run(process.execPath, ['app.ts'], {
      cwd: this.folder,
      // Without CDK's validation of the templates, as in `demo/synth.ts`.
      env: { ...env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' },
    });
    return templatesIn(outdir);
  }

  /** Type-checks the app, with one more file in it. @returns what the compiler prints: nothing if all is right */
  async compile(more: string): Promise<string> {
    writeFileSync(join(this.folder, 'more.ts'), more);
    const tsc = run('npx', ['tsc', '--project', this.folder, '--pretty', 'false']);
    return tsc.then(
      ({ stdout }) => stdout,
      ({ stdout }: { readonly stdout: string }) => stdout,
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The templates of an assembly, by stack. */
export function templatesIn(assembly: string): Map<string, Record<string, unknown>> {
  const manifest = JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')) as {
    readonly artifacts: Readonly<Record<string, { readonly type: string }>>;
  };
  return new Map(
    Object.entries(manifest.artifacts)
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([stack]) => [
        stack,
        JSON.parse(readFileSync(join(assembly, `${stack}.template.json`), 'utf8')) as Record<string, unknown>,
      ]),
  );
}
