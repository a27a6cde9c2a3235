import { randomUUID } from 'node:crypto';
import type { AwsError, HttpResponse } from './service.ts';

/** A successful answer of the AWS Query protocol. `result`: XML. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function queryAnswer(action: string, namespace: string, result: string): HttpResponse {
  return xml(
    200,
    `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result>${metadata()}</${action}Response>`,
  );
}

export function queryError(error: AwsError, namespace: string): HttpResponse {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const body = `<Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  return xml(
    error.status,
    `<ErrorResponse xmlns="${namespace}"><Error>${body}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function metadata(): string {
  return `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
}

function xml(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>${body}` };
}
