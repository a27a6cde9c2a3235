import { type Action, named, nameOf } from './actions.ts';
import { checkCapabilities } from './capabilities.ts';
import { artifactOf, parametersOf, refusing } from './template-of-call.ts';
import { changeSetXml, valuesOf } from './wire.ts';

/** As `cdk deploy` uses them. */
export const CHANGE_SET_ACTIONS: Readonly<Record<string, Action>> = {
  async CreateChangeSet(input, region, { stacks, changeSets, buckets, now }) {
    const name = nameOf(input);
    const type = input['ChangeSetType'] === 'CREATE' ? 'CREATE' : 'UPDATE';
    const existing = type === 'CREATE' ? undefined : named(input, region, stacks);
    const artifact = await artifactOf(input, { name: existing?.name ?? name, region, existing, buckets });
    checkCapabilities(artifact.template, valuesOf(input, 'Capabilities'));
    const parameters = parametersOf(input, existing);
    const set = refusing(() =>
      changeSets.create(String(input['ChangeSetName']), { type, artifact, parameters, now: now() }),
    );
    return `<Id>${set.id}</Id><StackId>${set.stack.id}</StackId>`;
  },
  DescribeChangeSet(input, _region, { changeSets }) {
    return changeSetXml(changeSets.existing(String(input['ChangeSetName']), String(input['StackName'])));
  },
  ExecuteChangeSet(input, _region, { changeSets }) {
    const set = changeSets.existing(String(input['ChangeSetName']), String(input['StackName']));
    changeSets.execute(set);
    return '';
  },
  DeleteChangeSet(input, _region, { changeSets }) {
    // One that is not there is deleted.
    const set = changeSets.find(String(input['ChangeSetName']), String(input['StackName']));
    if (set !== undefined) changeSets.delete(set);
    return '';
  },
};
