import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENT_PACKAGE, withImageById } from '../../../tools/synth-examples/stand-ins.ts';
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
    writeFileSync(file, change(withImageById(readFileSync(file, 'utf8'))));
    writeFileSync(join(folder, 'amazon-ssm-agent.deb'), AGENT_PACKAGE);
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
