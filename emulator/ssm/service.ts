import type { Account } from '#emulator/account.ts';
import { decodeJson, encodeJson, encodeJsonError, JsonParameters } from '#emulator/aws-json.ts';
import { defaultAccountId } from '#emulator/ec2/fixture.ts';
import type { Guests } from '#emulator/ec2/guests.ts';
import { AwsError, type Clock, type RecordHappening, type Service } from '#emulator/service.ts';
import type { Action, Region } from './action.ts';
import { Agents } from './agents.ts';
import { AMAZON_DOCUMENTS } from './amazon-documents.ts';
import { describeDocument, getDocument } from './document-actions.ts';
import { Documents, type DocumentVersion } from './documents.ts';
import { describeInstanceInformation } from './instance-information.ts';
import { cancelCommand, getCommandInvocation, listCommandInvocations } from './invocations.ts';
import {
  deleteParameter,
  getParameter,
  getParameters,
  getParametersByPath,
  putParameter,
} from './parameter-actions.ts';
import { ParameterStore } from './parameter-store.ts';
import { RunCommand } from './run-command.ts';
import { sendCommand } from './send-command.ts';

export interface SsmOptions {
  readonly account: Account;
  readonly clock: Clock;
  /** EC2's instances: `createEc2(…).guests`. */
  readonly guests: Guests;
  /** Gets every status of every command. */
  readonly record: RecordHappening;
  /** From SendCommand until the agent has the command, ms. Default 0; about 1 s on AWS. */
  readonly deliveryMs?: number;
  /** How long GetCommandInvocation answers InvocationDoesNotExist for a new command, ms. Default 0. */
  readonly invisibleMs?: number;
}

/** SSM of all the account's regions: Run Command and Parameter Store. */
export interface Ssm {
  readonly service: Service;
  /** AWS::SSM::Document. `content`: JSON text, or the object of a template. Throws `Error` for what cannot run here. */
  registerDocument(region: string, name: string, content: string | object): DocumentVersion;
  documents(region: string): Documents;
  /** Parameter Store, for AWS::SSM::Parameter and for tests. */
  parameters(region: string): ParameterStore;
  /** Takes agents away from the service, and gives them back. */
  readonly agents: Agents;
  /** Kills the scripts that still run. */
  close(): void;
}

const actions: ReadonlyMap<string, Action> = new Map([
  ['SendCommand', sendCommand],
  ['GetCommandInvocation', getCommandInvocation],
  ['ListCommandInvocations', listCommandInvocations],
  ['CancelCommand', cancelCommand],
  ['DescribeInstanceInformation', describeInstanceInformation],
  ['GetDocument', getDocument],
  ['DescribeDocument', describeDocument],
  ['PutParameter', putParameter],
  ['GetParameter', getParameter],
  ['GetParameters', getParameters],
  ['GetParametersByPath', getParametersByPath],
  ['DeleteParameter', deleteParameter],
]);

export function createSsm(options: SsmOptions): Ssm {
  const agents = new Agents();
  const commands = new RunCommand({ ...options, agents, deliveryMs: options.deliveryMs ?? 0 });
  const regions = regionsOf(options, commands, agents);
  const regionNamed = (name: string): Region => {
    const found = regions.get(name);
    if (found === undefined) throw new AwsError('UnrecognizedClientException', `Region ${name} is not enabled.`, 403);
    return found;
  };
  return {
    service: serviceOf(regionNamed),
    registerDocument: (region, name, content) => {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      return regionNamed(region).documents.register(name, text, options.clock.now());
    },
    documents: (region) => regionNamed(region).documents,
    parameters: (region) => regionNamed(region).parameters,
    agents,
    close: () => commands.close(),
  };
}

function serviceOf(regionNamed: (name: string) => Region): Service {
  return {
    signingName: 'ssm',
    deniedCode: 'AccessDeniedException',
    throttledCode: 'ThrottlingException',
    parse(request) {
      const { action, input } = decodeJson(request, 'AmazonSSM');
      const resources = actionNamed(action).resources?.(new JsonParameters(input), regionNamed(request.region));
      const call = { action: `ssm:${action}`, resources: resources ?? [{ arn: '*' }], input };
      // CloudTrail has no parameter's value either.
      return input['Value'] === undefined ? call : { ...call, recorded: { ...input, Value: '(hidden)' } };
    },
    async run({ action, input, staleReads }, { region }) {
      const { run } = actionNamed(action.slice('ssm:'.length));
      return encodeJson(run(new JsonParameters(input), regionNamed(region), Boolean(staleReads)), '1.1');
    },
    renderError: (error) => encodeJsonError(error, '1.1'),
  };
}

function actionNamed(name: string): Action {
  const action = actions.get(name);
  if (action === undefined) throw new AwsError('UnknownOperationException', '');
  return action;
}

function regionsOf(
  { account, clock, guests, invisibleMs }: SsmOptions,
  commands: RunCommand,
  agents: Agents,
): Map<string, Region> {
  const silentSince = new Map<string, number>();
  guests.onChange(({ region, instance, responsive }) => {
    if (!responsive) silentSince.set(`${region}/${instance}`, clock.now());
  });
  agents.onChange(({ region, instance, state }) => {
    if (state !== 'online') silentSince.set(`${region}/${instance}`, clock.now());
  });
  return new Map(
    Object.entries(account.regions).map(([region, fixture]) => {
      const parameters = new ParameterStore();
      for (const { name, type, value } of fixture.parameters ?? []) {
        parameters.put(name, value, { type, overwrite: false, advanced: false, now: clock.now() });
      }
      const lastPing = (instance: string) => silentSince.get(`${region}/${instance}`) ?? clock.now();
      const documents = new Documents();
      for (const [document, content] of AMAZON_DOCUMENTS) documents.register(document, content, clock.now());
      const id = account.id ?? defaultAccountId;
      const entry: Region = {
        account: id,
        region,
        clock,
        guests,
        agents,
        documents,
        parameters,
        commands,
        invisibleMs: invisibleMs ?? 0,
        lastPing,
      };
      return [region, entry];
    }),
  );
}
