import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesized } from '../../stacks/synthesized.ts';

export interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
  >;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string }>>;
}

/** The stacks of an example, with a stand-in for the SSM agent's package beside it. */
export class CreatedAssembly {
  readonly directory: string;
  /** Path of the topology file. */
  readonly topology: string;
  readonly #folder: string;

  private constructor(folder: string, directory: string) {
    this.topology = join(folder, 'topology.yaml');
    this.#folder = folder;
    this.directory = directory;
  }

  /** @param change of the topology's text */
  static async of(example: string, change = (text: string) => text): Promise<CreatedAssembly> {
    const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-created-'));
    const file = join(folder, 'topology.yaml');
    copyFileSync(`examples/${example}.yaml`, file);
    // An image by its id: to look one up, CDK needs an account.
    const text = readFileSync(file, 'utf8').replace(/image: \{ owner.*\}/, 'image: ami-0a1b2c3d4e5f60001');
    writeFileSync(file, change(text));
    writeFileSync(
      join(folder, 'amazon-ssm-agent.deb'),
      '!<arch>\nPackage: amazon-ssm-agent\nVersion: 3.3.3000.0-1\nArchitecture: amd64\n',
    );
    return new CreatedAssembly(folder, await synthesized(file));
  }

  /** Names of the stacks, in the order of deployment. */
  get stacks(): readonly string[] {
    return Object.entries(this.#manifest()).flatMap(([name, { type }]) =>
      type === 'aws:cloudformation:stack' ? [name] : [],
    );
  }

  /** The stacks that a stack is deployed after. */
  dependencies(stack: string): readonly string[] {
    const all = this.stacks;
    return (this.#manifest()[stack]?.dependencies ?? []).filter((name) => all.includes(name)).toSorted();
  }

  template(stack: string): Template {
    return JSON.parse(readFileSync(join(this.directory, `${stack}.template.json`), 'utf8')) as Template;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #manifest() {
    const text = readFileSync(join(this.directory, 'manifest.json'), 'utf8');
    return (JSON.parse(text) as { artifacts: Record<string, { type: string; dependencies?: string[] }> }).artifacts;
  }
}
