import type { APIGatewayProxyEventV2WithIAMAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** A request that API Gateway hands over: with the caller whose signature it has verified. */
export type HttpEvent = APIGatewayProxyEventV2WithIAMAuthorizer;
export type HttpAnswer = APIGatewayProxyStructuredResultV2;

export function isHttp(event: unknown): event is HttpEvent {
  return typeof event === 'object' && event !== null && 'requestContext' in event;
}

export function json(statusCode: number, body: unknown): HttpAnswer {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function bodyOf({ body = '', isBase64Encoded }: Pick<HttpEvent, 'body' | 'isBase64Encoded'>): Buffer {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}
