import { parseTemplate, type StackArtifact } from '#emulator/assembly.ts';
import { templateExcesses } from '#emulator/resources/limits.ts';
import { checkTypes } from '#emulator/resources/resource-types.ts';
import type { Buckets } from '#emulator/s3/buckets.ts';
import { AwsError } from '#emulator/service.ts';
import type { Stack } from './stack.ts';
import { membersOf } from './wire.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * The stack that a call describes: its template is in `TemplateBody`, at `TemplateURL` in S3, or the one of before.
 *
 * @throws AwsError `ValidationError`
 */
export async function artifactOf(input: Input, { name, region, existing, buckets }: Described): Promise<StackArtifact> {
  const tags = Object.fromEntries(membersOf(input, 'Tags').map(({ Key = '', Value = '' }) => [Key, Value]));
  if (input['UsePreviousTemplate'] === 'true') {
    if (existing === undefined) throw invalid(`Stack [${name}] does not exist`);
    return Object.keys(tags).length === 0 ? existing.artifact : { ...existing.artifact, tags };
  }
  const body = await bodyOf(input, buckets);
  return refusing(() => {
    const artifact: StackArtifact = {
      name,
      region,
      body,
      template: parseTemplate(body),
      after: [],
      terminationProtection: existing?.terminationProtection ?? input['EnableTerminationProtection'] === 'true',
      tags,
      files: [],
      assets: existing?.artifact.assets ?? new Map(),
    };
    checkTypes([artifact]);
    const tooMuch = templateExcesses(artifact);
    if (tooMuch.length > 0) throw new Error(tooMuch.join('; '));
    return artifact;
  });
}

interface Described {
  readonly name: string;
  readonly region: string;
  readonly existing: Stack | undefined;
  readonly buckets: Buckets;
}

/** Values of parameters. One that the call does not name gets its default, not the value that it has. */
export function parametersOf(input: Input, existing: Stack | undefined): Record<string, string> {
  return Object.fromEntries(
    membersOf(input, 'Parameters').map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => {
      if (UsePreviousValue !== 'true') return [ParameterKey, ParameterValue ?? ''];
      const value = existing?.parameters[ParameterKey];
      if (value !== undefined) return [ParameterKey, value];
      throw invalid(
        `Invalid input for parameter key ${ParameterKey}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    }),
  );
}

/** What cannot be read or resolved in a template is a `ValidationError`. */
export function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

async function bodyOf(input: Input, buckets: Buckets): Promise<string> {
  const { TemplateBody, TemplateURL } = input;
  if (typeof TemplateBody === 'string') return TemplateBody;
  if (typeof TemplateURL !== 'string') throw invalid('Either Template URL or Template Body must be specified.');
  const { hostname, pathname } = new URL(TemplateURL);
  const [, inHost] = /^(.+?)\.s3[.-]/.exec(hostname) ?? [];
  const [first = '', ...rest] = pathname.slice(1).split('/').map(decodeURIComponent);
  const [bucket, key] = inHost === undefined ? [first, rest.join('/')] : [inHost, [first, ...rest].join('/')];
  const found = buckets.find(bucket, key);
  if (found === undefined) throw invalid('S3 error: The specified key does not exist.');
  return (await found.read()).toString();
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
