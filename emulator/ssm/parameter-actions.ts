import type { JsonParameters } from '#emulator/aws-json.ts';
import { AwsError } from '#emulator/service.ts';
import { type Action, parameterArn, type Region, seconds } from './action.ts';
import { type ParameterType, type ParameterVersion, sealed } from './parameter-store.ts';

const ofName: Action['resources'] = (parameters, region) => [resource(parameters.required('Name'), region)];

const resource = (selector: string, region: Region) => ({ arn: parameterArn(region, split(selector).name) });

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export const putParameter: Action = {
  resources: ofName,
  run(parameters, { parameters: store, clock }) {
    const value = parameters.required('Value');
    const pattern = parameters.text('AllowedPattern');
    if (pattern !== undefined && !new RegExp(pattern).test(value)) {
      throw new AwsError(
        'ParameterPatternMismatchException',
        'Parameter value, cannot be validated against allowedPattern',
      );
    }
    const tier = parameters.text('Tier') ?? 'Standard';
    const { version } = store.put(parameters.required('Name'), value, {
      type: typeOf(parameters),
      overwrite: parameters.flag('Overwrite'),
      advanced: tier !== 'Standard',
      now: clock.now(),
    });
    return { Version: version, Tier: tier };
  },
};

function typeOf(parameters: JsonParameters): ParameterType | undefined {
  const type = parameters.text('Type');
  if (type === undefined || type === 'String' || type === 'StringList' || type === 'SecureString') return type;
  throw new AwsError('UnsupportedParameterType', `The parameter type ${type} is not supported.`);
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export const getParameter: Action = {
  resources: ofName,
  run(parameters, region) {
    const { name, selector } = split(parameters.required('Name'));
    const found = region.parameters.get(name, selector);
    return { Parameter: parameterJson(found, region, parameters.flag('WithDecryption'), selector) };
  },
};

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export const getParameters: Action = {
  resources: (parameters, region) => parameters.texts('Names').map((name) => resource(name, region)),
  run(parameters, region) {
    const names = parameters.texts('Names');
    if (names.length === 0 || names.length > 10)
      throw new AwsError('ValidationException', 'Names must have 1 to 10 members.');
    const decrypt = parameters.flag('WithDecryption');
    const answers = names.map((each) => ({ each, found: find(each, region) }));
    return {
      Parameters: answers.flatMap(({ each, found }) =>
        found === undefined ? [] : [parameterJson(found, region, decrypt, split(each).selector)],
      ),
      InvalidParameters: answers.flatMap(({ each, found }) => (found === undefined ? [each] : [])),
    };
  },
};

function find(selector: string, { parameters: store }: Region): ParameterVersion | undefined {
  const { name, selector: version } = split(selector);
  try {
    return store.get(name, version);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export const getParametersByPath: Action = {
  resources: (parameters, region) => [{ arn: parameterArn(region, parameters.required('Path')) }],
  run(parameters, region) {
    const path = parameters.required('Path');
    if (!path.startsWith('/'))
      throw new AwsError('ValidationException', 'The parameter path must begin with a forward slash.');
    const size = parameters.number('MaxResults') ?? 10;
    if (size < 1 || size > 10) throw new AwsError('ValidationException', 'MaxResults must be from 1 to 10.');
    const start = startOf(parameters.text('NextToken'));
    const all = region.parameters.under(path, parameters.flag('Recursive'));
    const decrypt = parameters.flag('WithDecryption');
    return {
      Parameters: all.slice(start, start + size).map((each) => parameterJson(each, region, decrypt, undefined)),
      NextToken: start + size < all.length ? String(start + size) : undefined,
    };
  },
};

function startOf(token: string | undefined): number {
  if (token === undefined) return 0;
  if (/^\d{1,6}$/.test(token)) return Number(token);
  throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html */
export const deleteParameter: Action = {
  resources: ofName,
  run(parameters, { parameters: store }) {
    store.delete(parameters.required('Name'));
    return {};
  },
};

/** `name`, `name:3`, or the parameter's ARN with or without a version. */
function split(text: string): { name: string; selector: string | undefined } {
  const [, , , , , ...rest] = text.split(':');
  const local = text.startsWith('arn:') ? rest.join(':').replace(/^parameter/, '') : text;
  const [name = '', selector] = local.split(':');
  return { name, selector };
}

function parameterJson(found: ParameterVersion, region: Region, decrypt: boolean, selector: string | undefined) {
  const hidden = found.type === 'SecureString' && !decrypt;
  return {
    Name: found.name,
    Type: found.type,
    Value: hidden ? sealed(found.value) : found.value,
    Version: found.version,
    Selector: selector === undefined ? undefined : `:${selector}`,
    LastModifiedDate: seconds(found.modifiedAt),
    ARN: parameterArn(region, found.name),
    DataType: 'text',
  };
}
