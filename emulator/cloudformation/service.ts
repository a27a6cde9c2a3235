import { partitionOf } from '#emulator/partition.ts';
import { queryAnswer, queryError } from '#emulator/query-xml.ts';
import { AwsError, type Service } from '#emulator/service.ts';
import { type Action, type ActionEdges, nameOf, STACK_ACTIONS } from './actions.ts';
import { CHANGE_SET_ACTIONS } from './change-set-actions.ts';
import { ChangeSets } from './change-sets.ts';

const ACTIONS: Readonly<Record<string, Action>> = { ...STACK_ACTIONS, ...CHANGE_SET_ACTIONS };
const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** CloudFormation's API. Operations go on after the answer, by the emulator's clock. */
export function createCloudFormationService(edges: Omit<ActionEdges, 'changeSets'>, accountId: string): Service {
  const { stacks } = edges;
  const changeSets = new ChangeSets(stacks);
  const resourceOf = (input: Readonly<Record<string, unknown>>, region: string): string => {
    const prefix = `arn:${partitionOf(region).name}:cloudformation:${region}:${accountId}:stack`;
    // All stacks. The simulator takes a `*` here for any pattern; this name matches only patterns of all stacks.
    if (input['Action'] === 'DescribeStacks' && input['StackName'] === undefined) return `${prefix}/-/-`;
    const name = nameOf(input);
    const stack = stacks.find(region, name);
    return stack?.id ?? (name.startsWith('arn:') ? name : `${prefix}/${name}/*`);
  };
  return {
    signingName: 'cloudformation',
    deniedCode: 'AccessDenied',
    throttledCode: 'Throttling',
    parse({ body, query, region }) {
      const input = Object.fromEntries(body.length > 0 ? new URLSearchParams(body.toString()) : query);
      const { Action = '' } = input;
      if (ACTIONS[Action] === undefined) throw new AwsError('InvalidAction', `${Action} is not emulated.`);
      return { action: `cloudformation:${Action}`, resources: [{ arn: resourceOf(input, region) }], input };
    },
    async run({ action, input }, { region }) {
      const name = action.slice('cloudformation:'.length);
      const act = ACTIONS[name];
      if (act === undefined) throw new AwsError('InvalidAction', `${name} is not emulated.`);
      return queryAnswer(name, NAMESPACE, await act(input, region, { ...edges, changeSets }));
    },
    renderError: (error) => queryError(error, NAMESPACE),
  };
}
