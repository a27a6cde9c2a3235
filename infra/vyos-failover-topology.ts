import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { didYouMean } from '#topology/did-you-mean.ts';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { CreatedIds } from './created/created-ids.ts';
import { namesOf } from './names.ts';
import { whyRefused } from './role-policies.ts';
import { agentFile, whyAgentUnusable } from './router-bundles/agent-package.ts';
import type { BootFile } from './router-bundles/boot-source.ts';

/** Where the text of a topology comes from. */
export interface TopologyTextOptions {
  /**
   * Name of the text in messages.
   *
   * @default - messages call it `topology`
   */
  readonly fileName?: string;

  /**
   * Folder that relative paths in the topology (`ssmAgent`) start from.
   *
   * @default - they start from the working directory
   */
  readonly folder?: string;
}

/**
 * A topology as the stacks of an app are made from it.
 *
 * @internal
 */
export interface DeployableTopology {
  readonly topology: Topology;
  /** References to what the addresses stacks create. */
  readonly created: CreatedIds;
  /** The SSM agent's package, for the routers; undefined: the topology names none. */
  readonly agent?: BootFile | undefined;
  /** Whether the app has a stack for each Slack channel. */
  readonly hasSlackStacks: boolean;
}

/** A topology file: read, checked, and with its defaults filled in. Nothing is read later than here. */
export class VyosFailoverTopology {
  /**
   * Reads a topology file.
   *
   * @param path of the file
   * @throws Error that lists all mistakes of the file as `vyos-failover topology validate` does, or the reasons why AWS would reject
   * its stacks; or that the file cannot be read
   */
  static fromFile(path: string): VyosFailoverTopology {
    return VyosFailoverTopology.fromText(read(path), { fileName: path, folder: dirname(path) });
  }

  /**
   * Reads the text of a topology file.
   *
   * @param text YAML
   * @param options where it comes from
   * @throws Error as `fromFile` does
   */
  static fromText(text: string, options: TopologyTextOptions = {}): VyosFailoverTopology {
    const { fileName = 'topology', folder = '.' } = options;
    const { topology, mistakes } = loadTopology(text, fileName);
    if (topology === undefined) throw new Error(`The topology has mistakes.\n\n${renderMistakes(mistakes)}`);
    const why = [...whyRefused(topology), whyAgentUnusable(topology, folder)].filter((each) => each !== undefined);
    if (why.length > 0) throw new Error(why.join('\n'));
    return new VyosFailoverTopology({
      topology,
      created: new CreatedIds([]),
      agent: agentFile(topology, folder),
      hasSlackStacks: false,
    });
  }

  /** @internal */
  static _of(deployable: DeployableTopology): VyosFailoverTopology {
    return new VyosFailoverTopology(deployable);
  }

  /** `name` of the topology. */
  readonly name: string;

  /** Names of its sites, in the order of the file. */
  readonly siteNames: readonly string[];

  /** @internal */
  readonly _deployable: DeployableTopology;

  private constructor(deployable: DeployableTopology) {
    this._deployable = deployable;
    this.name = deployable.topology.name;
    this.siteNames = deployable.topology.sites.map(({ name }) => name);
  }

  /**
   * The Region of a site, such as `eu-central-1`.
   *
   * @throws Error for a site that the topology does not have
   */
  region(site: string): string {
    return this._site(site).region;
  }

  /**
   * The name that the command line expects of a site's stack: `vyos-failover-TOPOLOGY--SITE`.
   *
   * @throws Error for a site that the topology does not have
   */
  stackName(site: string): string {
    return namesOf(this._deployable.topology, this._site(site)).stack;
  }

  /** @internal */
  _site(name: string): Site {
    const site = this._deployable.topology.sites.find((each) => each.name === name);
    if (site !== undefined) return site;
    const meant = didYouMean(name, this.siteNames);
    const has = `it has ${this.siteNames.join(', ')}.`;
    throw new Error(`Topology ${this.name} has no site "${name}": ${meant ?? has}`);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`The topology cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
