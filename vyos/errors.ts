/** What was asked for cannot be a VyOS configuration. The message is for the reader: what, why, what to do. */
export class VyosConfigError extends Error {
  override readonly name = 'VyosConfigError';
}
