import { AwsError } from '#emulator/service.ts';
import type { Resource, Write } from './action.ts';
import { invalidParameter } from './errors.ts';
import { routeTableResource } from './iam.ts';
import { existing, wellFormed } from './ids.ts';
import type { RouteTable } from './model/routes.ts';
import type { Tags } from './model/tags.ts';
import type { Parameters } from './parameters.ts';
import { type RegionState, replaced } from './state.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
const MOST_TAGS = 50;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html, of route tables: adds or overwrites. */
export const createTags: Write = {
  kind: 'write',
  resources: taggedResources,
  precheck,
  run(parameters, state) {
    const added = Object.fromEntries(given(parameters).map(({ key, value = '' }) => [key, value]));
    return changed(parameters, state, (tags) => {
      const next = { ...tags, ...added };
      if (Object.keys(next).length > MOST_TAGS)
        throw new AwsError('TagLimitExceeded', `The maximum number of Tags for a resource has been reached.`);
      return next;
    });
  },
};

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html, of route tables: a tag with a value is deleted only if it has
 * that value, and one that is not there is no error.
 */
export const deleteTags: Write = {
  kind: 'write',
  resources: taggedResources,
  precheck,
  run(parameters, state) {
    const doomed = given(parameters);
    return changed(parameters, state, (tags) =>
      Object.fromEntries(
        Object.entries(tags).filter(
          ([key, value]) => !doomed.some((tag) => tag.key === key && (tag.value === undefined || tag.value === value)),
        ),
      ),
    );
  },
};

interface GivenTag {
  readonly key: string;
  readonly value: string | undefined;
}

function given(parameters: Parameters): GivenTag[] {
  return parameters.structures('Tag').map((tag) => ({ key: tag.required('Key'), value: tag.text('Value') }));
}

/** With the keys of the request: `aws:TagKeys`, `aws:RequestTag/…`. */
function taggedResources(parameters: Parameters, state: RegionState): readonly Resource[] {
  const tags = given(parameters);
  const ofRequest = Object.fromEntries(tags.map(({ key, value = '' }) => [`aws:RequestTag/${key}`, value]));
  return parameters.requiredTexts('ResourceId').map((id) => {
    const { arn, context } = routeTableResource(state, id);
    return { arn, context: { ...context, ...ofRequest, 'aws:TagKeys': tags.map(({ key }) => key) } };
  });
}

function precheck(parameters: Parameters): void {
  for (const id of parameters.requiredTexts('ResourceId')) wellFormed('rtb', id);
  const reserved = given(parameters).find(({ key }) => key.startsWith('aws:'));
  if (reserved !== undefined) throw invalidParameter('Tag keys starting with aws: are reserved for internal use');
}

function changed(parameters: Parameters, state: RegionState, change: (tags: Tags) => Tags) {
  let { routeTables } = state;
  for (const id of parameters.requiredTexts('ResourceId')) {
    const table: RouteTable = existing('rtb', id, routeTables);
    routeTables = replaced(routeTables, id, { ...table, tags: change(table.tags) });
  }
  return { output: { return: true }, state: { ...state, routeTables } };
}
