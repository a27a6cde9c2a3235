/**
 * The AWS JSON 1.0 and 1.1 protocols: the action in `X-Amz-Target`, JSON in and out, errors by `__type`.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import { randomUUID } from 'node:crypto';
import { AwsError, type HttpResponse, type SignedRequest } from './service.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Action and parameters. Throws `UnknownOperationException` or `SerializationException`. */
export function decodeJson(request: SignedRequest, targetPrefix: string): { action: string; input: JsonObject } {
  const [prefix, action, ...rest] = (request.headers['x-amz-target'] ?? '').split('.');
  if (prefix !== targetPrefix || action === undefined || rest.length > 0)
    throw new AwsError('UnknownOperationException', '');
  try {
    const input: unknown = JSON.parse(request.body.length === 0 ? '{}' : request.body.toString());
    if (isObject(input)) return { action, input };
  } catch {
    // Falls through: not JSON at all and JSON of the wrong shape are the same mistake.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

/** `version`: `1.0` or `1.1`, as the service's model says. `undefined` members are left out. */
export function encodeJson(output: unknown, version: '1.0' | '1.1', status = 200): HttpResponse {
  const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: JSON.stringify(output) };
}

export function encodeJsonError(error: AwsError, version: '1.0' | '1.1', more: JsonObject = {}): HttpResponse {
  return encodeJson({ __type: error.code, message: error.message, ...more }, version, error.status);
}

/** Of a parsed JSON value: is it `{…}`? */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Typed reading of decoded parameters. A wrong type throws `SerializationException`, as AWS's own parsers do. */
export class JsonParameters {
  readonly #input: JsonObject;

  constructor(input: JsonObject) {
    this.#input = input;
  }

  text(name: string): string | undefined {
    return this.#typed(name, 'a string', (value) => typeof value === 'string');
  }

  /** Throws `ValidationException` when it is missing. */
  required(name: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
    );
  }

  number(name: string): number | undefined {
    return this.#typed(name, 'a number', (value) => typeof value === 'number');
  }

  flag(name: string): boolean {
    return this.#typed(name, 'a boolean', (value) => typeof value === 'boolean') ?? false;
  }

  texts(name: string): string[] {
    return this.#typed(name, 'a list of strings', isTexts) ?? [];
  }

  structures(name: string): JsonParameters[] {
    const list = this.#typed(name, 'a list of structures', isObjects) ?? [];
    return list.map((each) => new JsonParameters(each));
  }

  /** Empty if it is missing. */
  structure(name: string): JsonParameters {
    return new JsonParameters(this.#typed(name, 'a structure', isObject) ?? {});
  }

  /** A map of lists of strings. */
  textLists(name: string): Readonly<Record<string, readonly string[]>> {
    return this.#typed(name, 'a map of lists of strings', isTextLists) ?? {};
  }

  #typed<T>(name: string, expected: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.#input[name] ?? undefined;
    if (value === undefined || is(value)) return value;
    throw new AwsError('SerializationException', `${name} is not ${expected}.`);
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isObjects(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.every(isObject);
}

function isTextLists(value: unknown): value is Record<string, string[]> {
  return isObject(value) && Object.values(value).every(isTexts);
}
