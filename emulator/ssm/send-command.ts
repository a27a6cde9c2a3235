import type { JsonParameters } from '#emulator/aws-json.ts';
import type { Guest } from '#emulator/ec2/guests.ts';
import { partitionOf } from '#emulator/partition.ts';
import { AwsError } from '#emulator/service.ts';
import { type Action, documentArn, type Region, type Resource, seconds } from './action.ts';
import { type Command, statusOf } from './command.ts';
import { documentName } from './documents.ts';
import { checkedValues, scriptOf } from './interpolation.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html */
export const sendCommand: Action = {
  resources(parameters, region) {
    const name = documentName(parameters.required('DocumentName'));
    const ids = parameters.texts('InstanceIds');
    const named = ids.length > 0 ? ids : targeted(parameters, region).map(({ instance }) => instance);
    return [{ arn: documentArn(region, name) }, ...named.map((id) => instanceResource(region, id))];
  },
  run(parameters, region) {
    const document = region.documents.find(parameters.required('DocumentName'), parameters.text('DocumentVersion'));
    checkHash(parameters, document.hash);
    const timeoutSeconds = timeoutOf(parameters);
    const instances = instancesOf(parameters, region);
    const values = checkedValues(document.document, parameters.textLists('Parameters'));
    const script = scriptOf(document.document, values);
    const comment = parameters.text('Comment') ?? '';
    const request = { region: region.region, document, parameters: values, script, comment, timeoutSeconds };
    return { Command: commandJson(region.commands.send(request, instances), parameters.texts('InstanceIds')) };
  },
};

function instanceResource({ region, account, guests }: Region, id: string): Resource {
  const tags = Object.entries(guests.find(region, id)?.tags ?? {});
  const keys = ['ssm:resourceTag', 'aws:ResourceTag'];
  const context = keys.flatMap((prefix) => tags.map(([key, value]) => [`${prefix}/${key}`, value] as const));
  return {
    arn: `arn:${partitionOf(region).name}:ec2:${region}:${account}:instance/${id}`,
    context: Object.fromEntries(context),
  };
}

/** [unverified] which code AWS has for a hash that does not match. */
function checkHash(parameters: JsonParameters, hash: string): void {
  const given = parameters.text('DocumentHash');
  if (given === undefined || given.toLowerCase() === hash) return;
  throw new AwsError('InvalidDocument', 'The document hash and hash type combination does not match the document.');
}

function timeoutOf(parameters: JsonParameters): number {
  const value = parameters.number('TimeoutSeconds') ?? 3600;
  if (Number.isInteger(value) && value >= 30 && value <= 2_592_000) return value;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at 'timeoutSeconds' failed to satisfy constraint: Member must have value between 30 and 2592000`,
  );
}

function instancesOf(parameters: JsonParameters, region: Region): string[] {
  const ids = parameters.texts('InstanceIds');
  const targets = parameters.structures('Targets');
  if (ids.length === 0 && targets.length === 0) throw invalidInstance('InstanceIds or Targets must be given.');
  if (ids.length > 50) throw new AwsError('ValidationException', 'InstanceIds must have at most 50 members.');
  if (ids.length === 0) return targeted(parameters, region).map(({ instance }) => instance);
  if (new Set(ids).size !== ids.length) throw new AwsError('DuplicateInstanceId', 'An instance is named twice.');
  const unfit = ids.filter((id) => !isValid(region, id));
  if (unfit.length === 0) return ids;
  throw invalidInstance(`Instances [[${unfit.join(', ')}]] not in a valid state for account ${region.account}`);
}

const invalidInstance = (message: string): AwsError => new AwsError('InvalidInstanceId', message);

/**
 * "Valid states are: Running, Pending, Stopped, and Stopping." AWS also refuses an instance whose agent never registered, as
 * one without a shell has none here, or has registered no more (`Agents`).
 */
function isValid({ guests, agents, region }: Region, id: string): boolean {
  const guest = guests.find(region, id);
  if (guest?.shell === undefined || agents.get(region, id) === 'unregistered') return false;
  return guest.state !== 'terminated' && guest.state !== 'shutting-down';
}

function targeted(parameters: JsonParameters, { guests, region }: Region): Guest[] {
  const targets = parameters.structures('Targets');
  if (targets.length === 0) return [];
  const matches = (guest: Guest) =>
    targets.every((target) => {
      const key = target.text('Key') ?? '';
      const values = target.texts('Values');
      if (key === 'InstanceIds') return values.includes(guest.instance);
      return key.startsWith('tag:') && values.includes(guest.tags[key.slice('tag:'.length)] ?? '');
    });
  return guests.list(region).filter((guest) => guest.state === 'running' && matches(guest));
}

function commandJson(command: Command, instanceIds: readonly string[]) {
  return {
    CommandId: command.id,
    DocumentName: command.document.name,
    DocumentVersion: command.document.version,
    Comment: command.comment,
    Parameters: command.parameters,
    InstanceIds: instanceIds,
    TimeoutSeconds: command.timeoutSeconds,
    RequestedDateTime: seconds(command.requestedAt),
    ExpiresAfter: seconds(command.requestedAt + command.timeoutSeconds * 1000 + command.script.timeoutMs),
    Status: statusOf(command),
    StatusDetails: statusOf(command),
    TargetCount: command.invocations.length,
    CompletedCount: 0,
    ErrorCount: 0,
    DeliveryTimedOutCount: 0,
  };
}
