import { AwsError } from '#emulator/service.ts';
import { type Action, type Region, seconds } from './action.ts';
import { type Command, type Invocation, isFinished } from './command.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
export const getCommandInvocation: Action = {
  run(parameters, region, staleReads) {
    const command = found(parameters.required('CommandId'), region, staleReads);
    const id = parameters.required('InstanceId');
    const invocation = command?.invocations.find(({ instance }) => instance === id);
    if (command === undefined || invocation === undefined) throw new AwsError('InvocationDoesNotExist', '');
    const plugin = parameters.text('PluginName');
    if (plugin !== undefined && plugin !== command.document.document.step)
      throw new AwsError('InvalidPluginName', plugin);
    return {
      CommandId: command.id,
      InstanceId: id,
      Comment: command.comment,
      DocumentName: command.document.name,
      DocumentVersion: command.document.version,
      PluginName: command.document.document.step,
      ResponseCode: invocation.responseCode,
      ...timesOf(invocation),
      Status: invocation.status,
      StatusDetails: invocation.details,
      StandardOutputContent: invocation.stdout,
      StandardOutputUrl: '',
      StandardErrorContent: invocation.stderr,
      StandardErrorUrl: '',
    };
  },
};

/**
 * A command that was just sent is not known yet: GetCommandInvocation is eventually consistent.
 * https://github.com/aws/aws-sdk/issues/86
 */
function found(id: string, { commands, region, clock, invisibleMs }: Region, staleReads: boolean): Command | undefined {
  if (id.length !== 36) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${id}' at 'commandId' failed to satisfy constraint: Member must have length 36`,
    );
  }
  const command = commands.find(region, id);
  if (command === undefined || staleReads || clock.now() < command.requestedAt + invisibleMs) return undefined;
  return command;
}

function timesOf({ startedAt, endedAt }: Invocation) {
  const text = (ms: number | undefined) => (ms === undefined ? '' : new Date(ms).toISOString());
  const elapsed = startedAt === undefined || endedAt === undefined ? '' : `PT${seconds(endedAt - startedAt)}S`;
  return {
    ExecutionStartDateTime: text(startedAt),
    ExecutionElapsedTime: elapsed,
    ExecutionEndDateTime: text(endedAt),
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html, on one page. */
export const listCommandInvocations: Action = {
  run(parameters, region, staleReads) {
    const id = parameters.text('CommandId');
    const instance = parameters.text('InstanceId');
    const commands = id === undefined ? region.commands.list(region.region) : [found(id, region, staleReads)];
    const details = parameters.flag('Details');
    const shown = commands
      .filter((command) => command !== undefined)
      .flatMap((command) => command.invocations.map((invocation) => ({ command, invocation })))
      .filter(({ invocation }) => instance === undefined || invocation.instance === instance);
    return { CommandInvocations: shown.map(({ command, invocation }) => invocationJson(command, invocation, details)) };
  },
};

function invocationJson(command: Command, invocation: Invocation, details: boolean) {
  return {
    CommandId: command.id,
    InstanceId: invocation.instance,
    Comment: command.comment,
    DocumentName: command.document.name,
    DocumentVersion: command.document.version,
    RequestedDateTime: seconds(command.requestedAt),
    Status: invocation.status,
    StatusDetails: invocation.details,
    CommandPlugins: details ? [pluginJson(command, invocation)] : [],
  };
}

function pluginJson(command: Command, invocation: Invocation) {
  const { startedAt, endedAt } = invocation;
  return {
    Name: command.document.document.step,
    Status: invocation.status,
    StatusDetails: invocation.details,
    ResponseCode: invocation.responseCode,
    // "Output of the plugin execution", at most 2500 characters.
    Output: isFinished(invocation) ? invocation.stdout.slice(0, 2500) : '',
    ResponseStartDateTime: startedAt === undefined ? undefined : seconds(startedAt),
    ResponseFinishDateTime: endedAt === undefined ? undefined : seconds(endedAt),
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html */
export const cancelCommand: Action = {
  run(parameters, region) {
    const id = parameters.required('CommandId');
    const command = region.commands.find(region.region, id);
    if (command === undefined)
      throw new AwsError('InvalidCommandId', `${id} is no command of this account and region.`);
    region.commands.cancel(command, parameters.texts('InstanceIds'));
    return {};
  },
};
