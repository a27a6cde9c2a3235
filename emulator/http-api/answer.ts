import type { HttpResponse } from '#emulator/service.ts';

/** An answer of the gateway itself. */
export function says(status: number, message: string): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

/**
 * A handler's result as an HTTP response. Without `statusCode` the result itself is the body. Undefined: the result
 * cannot be a response, and API Gateway answers 500.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function responseOf(payload: string): HttpResponse | undefined {
  const result: unknown = JSON.parse(payload);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: typeof result === 'string' ? result : payload,
    };
  }
  const { statusCode, headers = {}, cookies, body = '', isBase64Encoded } = result as Record<string, unknown>;
  const status = Number(statusCode);
  if (
    !Number.isInteger(status) ||
    status < 100 ||
    status > 599 ||
    typeof body !== 'string' ||
    typeof headers !== 'object'
  ) {
    return undefined;
  }
  const given = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(given),
      ...(Array.isArray(cookies) && { 'set-cookie': cookies.join(', ') }),
    },
    body: isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
  };
}
