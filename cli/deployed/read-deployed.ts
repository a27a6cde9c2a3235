import { DEPLOYED_METADATA, DEPLOYED_SCHEMA, DeployedModel } from '#contracts/deployed-model.ts';
import * as z from '#contracts/validation.ts';
import { namesOf } from '#infra/names.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import { explainingStackFaults } from '../created/explaining-stack-faults.ts';
import { describe } from '../created/stack-ended.ts';

/** What is deployed of a site, by the template of its stack. */
export type Deployed =
  /** `status`: of its stack, such as `UPDATE_IN_PROGRESS`: then the model is the one before the update. */
  | { readonly kind: 'deployed'; readonly model: DeployedModel; readonly status: string }
  /** There is no stack, or its creation failed and left nothing. */
  | { readonly kind: 'absent'; readonly says: string }
  /** There is a stack, and what it was made from is not known. */
  | (UnknownModel & { readonly status: string });

interface UnknownModel {
  readonly kind: 'unknown';
  readonly says: string;
  readonly hint: string;
  /** A later version deployed it, and this one must not replace it. */
  readonly isLater?: true;
}

/**
 * Reads the deployed model of a site.
 *
 * @throws CommandError (exit code 1) if CloudFormation does not answer
 */
export async function readDeployed(
  { topology, site }: { readonly topology: Pick<Topology, 'name'>; readonly site: Pick<Site, 'name' | 'region'> },
  cli: Cli,
): Promise<Deployed> {
  const name = namesOf(topology, site).stack;
  const { region } = site;
  const stack = await describe({ region, name }, cli);
  if (stack === undefined) return { kind: 'absent', says: `${site.name} is not deployed: there is no stack ${name}` };
  const { status } = stack;
  if (NOTHING_DEPLOYED.has(status))
    return { kind: 'absent', says: `${site.name} is not deployed: stack ${name} is in ${status}` };
  const metadata = await explainingStackFaults(region, cli, () =>
    cli.environment.cloud.templateMetadata({ region, name }, cli.io.signal),
  );
  return { ...modelIn(metadata?.[DEPLOYED_METADATA], name), status };
}

/** Of a first deployment that has not begun, or that failed and was rolled back. */
const NOTHING_DEPLOYED: ReadonlySet<string> = new Set([
  'REVIEW_IN_PROGRESS',
  'CREATE_FAILED',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
  'DELETE_COMPLETE',
]);

const Schema = z.object({ schema: z.string(), version: z.optional(z.string()) });

function modelIn(
  value: unknown,
  stack: string,
): { readonly kind: 'deployed'; readonly model: DeployedModel } | UnknownModel {
  const unknown = (says: string, hint: string) => ({ kind: 'unknown', says: `${stack}: ${says}`, hint }) as const;
  const deploy = 'deploy this version (npx cdk deploy --all -c topology=FILE); the template then states the topology';
  if (value === undefined) return unknown('its template is of version 0.1.0 or before and states no topology', deploy);
  const found = z.safeParse(Schema, value);
  if (!found.success) return unknown('the vyos-failover metadata of its template cannot be read', deploy);
  const { schema, version = 'unknown' } = found.data;
  if (schema !== DEPLOYED_SCHEMA) {
    const says = `its template states the topology as ${schema}, and this version reads ${DEPLOYED_SCHEMA}`;
    if (!isNewer(schema)) return unknown(says, deploy);
    return { ...unknown(says, `use version ${version} of vyos-failover, which deployed it`), isLater: true };
  }
  const model = z.safeParse(DeployedModel, value);
  if (!model.success)
    return unknown(
      `the topology in its template cannot be read: ${z.prettifyError(model.error).slice(0, 500)}`,
      deploy,
    );
  return { kind: 'deployed', model: model.data };
}

function isNewer(schema: string): boolean {
  const number = (of: string) => Number(of.slice(of.lastIndexOf('/') + 1));
  return number(schema) > number(DEPLOYED_SCHEMA);
}
