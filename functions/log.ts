/** The part of Powertools' Logger that the stories use. */
export interface Log {
  info(message: string, more: Record<string, unknown>): void;
  warn(message: string, more: Record<string, unknown>): void;
  error(message: string, more: Record<string, unknown>): void;
}
