import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** One stack of a cloud assembly. */
export interface StackArtifact {
  readonly name: string;
  readonly region: string;
  readonly template: Template;
  /** The template as it was written. */
  readonly body: string;
  /** Names of the stacks of the assembly that are deployed before it. */
  readonly after: readonly string[];
  readonly terminationProtection: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** The stack's assets, which are in S3 before the stack is deployed. */
  readonly files: readonly AssetFile[];
  /** Directories of the stack's zip assets, by S3 object key. */
  readonly assets: ReadonlyMap<string, string>;
}

/** A file of the assembly that is published as it is. Directories, which CDK packs, are in `assets` only. */
interface AssetFile {
  /** May have `${AWS::AccountId}` and `${AWS::Region}` in it. */
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
}

/** `Snapshot` is for resource types that are not emulated. */
const policy = z.enum(['Delete', 'Retain', 'RetainExceptOnCreate']).optional();

const templateSchema = z.object({
  Metadata: z.record(z.string(), z.unknown()).optional(),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Condition: z.string().optional(),
      DependsOn: z
        .union([z.string(), z.array(z.string())])
        .default([])
        .transform((names) => [names].flat()),
      DeletionPolicy: policy,
      UpdateReplacePolicy: policy,
    }),
  ),
  Outputs: z
    .record(
      z.string(),
      z.object({ Value: z.unknown(), Condition: z.string().optional(), Description: z.string().optional() }),
    )
    .default({}),
  Parameters: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Default: z.unknown().optional(),
        AllowedValues: z.array(z.unknown()).optional(),
        NoEcho: z.union([z.boolean(), z.string()]).optional(),
      }),
    )
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
});

/** A CloudFormation template, intrinsics unresolved. */
export type Template = z.infer<typeof templateSchema>;

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
          terminationProtection: z.boolean().optional(),
          tags: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
      dependencies: z.array(z.string()).default([]),
    }),
  ),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ bucketName: z.string().default(''), objectKey: z.string() })),
    }),
  ),
});

/**
 * Reads what `cdk synth` wrote. `defaultRegion`: for stacks that are not bound to one.
 * Throws when a file is missing or not what CDK writes; the message begins with the file.
 */
export async function readAssembly(directory: string, defaultRegion: string): Promise<StackArtifact[]> {
  const manifest = await readJson(join(directory, 'manifest.json'), manifestSchema);
  const stacks = Object.entries(manifest.artifacts).filter(
    ([, artifact]) => artifact.type === 'aws:cloudformation:stack',
  );
  if (stacks.length === 0)
    throw new Error(`${join(directory, 'manifest.json')}: no stack in it. Nested assemblies (stages) are not read.`);
  return Promise.all(
    stacks.map(async ([id, { environment = '', properties, dependencies }]) => {
      const [, region = ''] = /^aws:\/\/[^/]+\/(.+)$/.exec(environment) ?? [];
      const manifests = dependencies.flatMap((name) => {
        const artifact = manifest.artifacts[name];
        return artifact?.type === 'cdk:asset-manifest' && artifact.properties?.file ? [artifact.properties.file] : [];
      });
      const after = dependencies.flatMap((name) => {
        const artifact = manifest.artifacts[name];
        return artifact?.type === 'aws:cloudformation:stack' ? [artifact.properties?.stackName ?? name] : [];
      });
      return {
        name: properties?.stackName ?? id,
        after,
        terminationProtection: properties?.terminationProtection ?? false,
        tags: properties?.tags ?? {},
        region: region === '' || region === 'unknown-region' ? defaultRegion : region,
        ...(await readTemplate(join(directory, properties?.templateFile ?? ''))),
        ...assetsIn(
          directory,
          await Promise.all(manifests.map((file) => readJson(join(directory, file), assetsSchema))),
        ),
      };
    }),
  );
}

function assetsIn(
  directory: string,
  manifests: readonly z.infer<typeof assetsSchema>[],
): Pick<StackArtifact, 'assets' | 'files'> {
  const assets = manifests.flatMap(({ files }) =>
    Object.values(files).flatMap(({ source: { path, packaging }, destinations }) =>
      path === undefined
        ? []
        : Object.values(destinations).map(({ bucketName: bucket, objectKey: key }) => ({
            bucket,
            key,
            path: join(directory, path),
            isDirectory: packaging === 'zip',
          })),
    ),
  );
  return {
    assets: new Map(assets.filter(({ isDirectory }) => isDirectory).map(({ key, path }) => [key, path])),
    files: assets.filter(({ isDirectory }) => !isDirectory).map(({ bucket, key, path }) => ({ bucket, key, path })),
  };
}

async function readTemplate(file: string): Promise<Pick<StackArtifact, 'template' | 'body'>> {
  const template = await readJson(file, templateSchema);
  return { template, body: await readFile(file, 'utf8') };
}

/**
 * A template that came by itself, as JSON, or as YAML with the functions' full names (`Fn::Sub`, not `!Sub`): the CDK CLI sends
 * small ones so. Throws what is wrong with it.
 */
export function parseTemplate(body: string): Template {
  let value: unknown;
  try {
    value = parse(body);
  } catch (error) {
    throw new Error('Template format error: it is neither JSON nor YAML.', { cause: error });
  }
  const parsed = templateSchema.safeParse(value);
  if (!parsed.success) throw new Error(`Template format error: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

async function readJson<T extends z.ZodType>(file: string, schema: T): Promise<z.infer<T>> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: cannot be read as JSON. Is it the output directory of "cdk synth"?`, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new Error(`${file}: not what CDK writes.\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
