/**
 * EC2's Query protocol: form parameters in (`Filter.1.Value.2=x`), XML out.
 * https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 */
import { XMLBuilder } from 'fast-xml-parser';
import { AwsError, type HttpResponse } from '#emulator/service.ts';

/** A response body. Arrays become `<item>` lists; `undefined` members are left out. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

export type XmlObject = { readonly [name: string]: Xml };

const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });

const headers = { 'content-type': 'text/xml;charset=UTF-8' };

/** A form body as a tree: `A.1.B=x` is `{ A: [{ B: 'x' }] }`. Leaves are strings. Throws `MalformedQueryString`. */
export function decodeForm(body: string): Record<string, unknown> {
  const root = new Map<string, unknown>();
  for (const [name, value] of new URLSearchParams(body)) place(root, name.split('.'), value);
  return Object.fromEntries([...root].map(([name, node]) => [name, plain(node)]));
}

function place(node: Map<string, unknown>, path: readonly string[], value: string): void {
  const [head = '', ...rest] = path;
  if (head === '' || path.length > 8) throw new AwsError('MalformedQueryString', 'The query string is malformed.');
  if (rest.length === 0) {
    node.set(head, value);
    return;
  }
  const child = node.get(head);
  const next = child instanceof Map ? (child as Map<string, unknown>) : new Map<string, unknown>();
  node.set(head, next);
  place(next, rest, value);
}

function plain(node: unknown): unknown {
  if (!(node instanceof Map)) return node;
  const entries = [...(node as Map<string, unknown>)].map(([name, child]) => [name, plain(child)] as const);
  if (!entries.every(([name]) => /^\d+$/.test(name))) return Object.fromEntries(entries);
  return entries.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}

/** `<ActionResponse>` with its request id. */
export function xmlResponse(action: string, result: XmlObject, requestId: string): HttpResponse {
  const name = `${action}Response`;
  const content = asElements({ requestId, ...result });
  const document = { [name]: { '@_xmlns': 'http://ec2.amazonaws.com/doc/2016-11-15/', ...(content as object) } };
  return { status: 200, headers, body: builder.build(document) };
}

/** `<Response><Errors>…`, as EC2 writes errors. */
export function xmlError(error: AwsError, requestId: string): HttpResponse {
  const Errors = { Error: { Code: error.code, Message: error.message } };
  return { status: error.status, headers, body: builder.build({ Response: { Errors, RequestID: requestId } }) };
}

function asElements(value: Xml): unknown {
  if (Array.isArray(value)) return value.length === 0 ? '' : { item: value.map((each) => asElements(each as Xml)) };
  if (typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, asElements(member)]));
}
