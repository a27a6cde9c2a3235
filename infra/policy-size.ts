/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: characters without white space. */
const LARGEST_MANAGED_POLICY = 6_144;

/** `{"Version":"2012-10-17","Statement":[]}` */
const ENVELOPE = 40;
/** `"Effect":"Allow","Resource":[],` with the braces and a comma. */
const STATEMENT = 40;

/** What some resources may be asked for: one statement of a policy, or several where it does not fit into one. */
export interface Right {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * Spreads rights over as few managed policies as hold them, in their order: what is added at the end changes nothing
 * before it.
 *
 * @param lengthOf characters of a resource as IAM will see it; CDK knows only a token for some of its parts
 * @throws RangeError for a right of which not even one resource fits
 */
export function packPolicies(rights: readonly Right[], lengthOf: (resource: string) => number): Right[][] {
  const policies: Right[][] = [];
  let room = 0;
  for (const right of rights) {
    const frame = STATEMENT + JSON.stringify([right.actions, right.conditions ?? {}]).length;
    let rest = right.resources;
    while (rest.length > 0) {
      const fitting = howManyFit(rest, room - frame, lengthOf);
      if (fitting === 0) {
        if (room === LARGEST_MANAGED_POLICY - ENVELOPE) throw new RangeError(`${rest[0]} does not fit into a policy`);
        policies.push([]);
        room = LARGEST_MANAGED_POLICY - ENVELOPE;
        continue;
      }
      const resources = rest.slice(0, fitting);
      policies.at(-1)?.push({ ...right, resources });
      room -= frame + charactersOf(resources, lengthOf);
      rest = rest.slice(fitting);
    }
  }
  return policies;
}

function howManyFit(resources: readonly string[], room: number, lengthOf: (resource: string) => number): number {
  let used = 0;
  const beyond = resources.findIndex((resource) => (used += charactersOf([resource], lengthOf)) > room);
  return beyond === -1 ? resources.length : beyond;
}

/** Each with its quotes and a comma. */
function charactersOf(resources: readonly string[], lengthOf: (resource: string) => number): number {
  return resources.reduce((sum, resource) => sum + lengthOf(resource) + 3, 0);
}
