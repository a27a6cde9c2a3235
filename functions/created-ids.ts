import * as z from '#contracts/validation.ts';
import { createdKeysIn, fillCreatedIds } from '#topology/created-ids.ts';
import { required } from './environment.ts';

/** Environment variable of a function with the ids that are known only at deployment, as JSON: `{"eni:tokyo-1":"eni-…"}`. */
const CREATED_IDS = 'CREATED_IDS';

/** Ids by the keys of their placeholders: `eni:tokyo-1`. */
export type CreatedIds = Readonly<Record<string, string>>;

const Ids = z.record(z.string(), z.string().check(z.minLength(1)));

/**
 * What the stack must put into the function's environment.
 *
 * @param createdIds as JSON, with references to what the stacks create; undefined: the site creates nothing
 */
export function createdIdsEnvironment(createdIds: string | undefined): Record<string, string> {
  return createdIds === undefined ? {} : { [CREATED_IDS]: createdIds };
}

/**
 * The created ids that the stack has put into the environment. Empty: it has put none.
 *
 * @throws Error if the variable is not as `createdIdsEnvironment` makes it
 */
export function readCreatedIds(environment: NodeJS.ProcessEnv): CreatedIds {
  if (environment[CREATED_IDS] === undefined) return {};
  const text = required(environment, CREATED_IDS);
  try {
    const ids = z.safeParse(Ids, JSON.parse(text));
    if (ids.success) return ids.data;
    // Not `instanceof z.core.$ZodError`: that name brings all languages of zod into the bundle, half of a cold start.
    throw new Error(z.prettifyError(ids.error));
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`Environment variable ${CREATED_IDS} is not an object of ids: ${why}. Deploy the stack again.`);
  }
}

/**
 * A JSON value with its placeholders replaced by the created ids.
 *
 * @throws Error that names every placeholder without an id
 */
export function withCreatedIds<T>(value: T, ids: CreatedIds): T {
  const missing = createdKeysIn(value).filter((key) => ids[key] === undefined);
  if (missing.length === 0) return fillCreatedIds(value, (key) => ids[key]);
  throw new Error(
    `Environment variable ${CREATED_IDS} has no ${missing.join(', ')}; the stack sets it, so this function was not deployed by it. Deploy the stack again.`,
  );
}
