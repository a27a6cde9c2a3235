import type { Read, Resource, Write } from './action.ts';
import { invalidCombination, invalidParameter } from './errors.ts';
import { instanceResource } from './iam.ts';
import { existing, wellFormed } from './ids.ts';
import type { Instance } from './model/instances.ts';
import { changeInstance, type InstanceChange } from './operations/instance.ts';
import type { Parameters } from './parameters.ts';
import type { RegionState } from './state.ts';
import type { XmlObject } from './wire.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html, one attribute a call. */
export const modifyInstanceAttribute: Write = {
  kind: 'write',
  resources: (parameters, state) => [modifiedResource(parameters, state)],
  precheck(parameters) {
    wellFormed('i', parameters.required('InstanceId'));
    changeOf(parameters);
  },
  run(parameters, state, { operation }) {
    const next = changeInstance(parameters.required('InstanceId'), changeOf(parameters))(state, operation);
    return { output: { return: true }, state: next.state };
  },
};

/** With the condition keys of what the request changes. */
function modifiedResource(parameters: Parameters, state: RegionState): Resource {
  const { arn, context } = instanceResource(state, parameters.required('InstanceId'));
  const names = ['DisableApiTermination', 'InstanceType', 'UserData'];
  const attributes = names.flatMap((name): [string, string][] => {
    const value = parameters.structure(name)?.text('Value');
    return value === undefined
      ? []
      : [
          ['ec2:Attribute', name],
          [`ec2:Attribute/${name}`, value],
        ];
  });
  return { arn, context: { ...context, ...Object.fromEntries(attributes) } };
}

function changeOf(parameters: Parameters): InstanceChange {
  const protection = parameters.structure('DisableApiTermination')?.flag('Value');
  const type = parameters.structure('InstanceType')?.text('Value');
  const userData = parameters.structure('UserData')?.text('Value');
  const changes: InstanceChange[] = [
    ...(protection === undefined ? [] : [{ disableApiTermination: protection }]),
    ...(type === undefined ? [] : [{ type }]),
    ...(userData === undefined ? [] : [{ userData }]),
  ];
  const [change] = changes;
  if (change === undefined) throw invalidCombination('No attributes specified.');
  if (changes.length > 1) {
    throw invalidCombination('Fields for multiple attribute types specified: a request changes one attribute.');
  }
  return change;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html */
export const describeInstanceAttribute: Read = {
  kind: 'read',
  resources: (parameters, state) => [instanceResource(state, parameters.required('InstanceId'))],
  run(parameters, state) {
    const instance = existing('i', parameters.required('InstanceId'), state.instances);
    const name = parameters.required('Attribute');
    const read = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (read === undefined)
      throw invalidParameter(`Value (${name}) for parameter attribute is invalid. Unknown attribute.`);
    return { instanceId: instance.id, [name]: read(instance) };
  },
};

const attributes: Readonly<Record<string, (instance: Instance) => XmlObject>> = {
  disableApiTermination: ({ disableApiTermination }) => ({ value: disableApiTermination }),
  instanceType: ({ type }) => ({ value: type }),
  userData: ({ userData }) => (userData === undefined ? {} : { value: userData }),
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html: as with `Latest`, at every moment. */
export const getConsoleOutput: Read = {
  kind: 'read',
  resources: (parameters, state) => [instanceResource(state, parameters.required('InstanceId'))],
  run(parameters, state) {
    const { id, console: output, launchedAt } = existing('i', parameters.required('InstanceId'), state.instances);
    return {
      instanceId: id,
      timestamp: new Date(launchedAt).toISOString(),
      output: Buffer.from(output).toString('base64'),
    };
  },
};
