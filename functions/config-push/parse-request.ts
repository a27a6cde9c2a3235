import { type BadRequest, ConfigPushRequest } from '#contracts/push-request.ts';
import * as z from '#contracts/validation.ts';

/** @returns a rejection where it is no request: the caller is of another version, and the function has not failed */
export function parseRequest(payload: unknown): ConfigPushRequest | BadRequest {
  const result = z.safeParse(ConfigPushRequest, payload);
  if (result.success) return result.data;
  return { outcome: 'bad-request', says: `config-push does not accept this request: ${z.prettifyError(result.error)}` };
}
