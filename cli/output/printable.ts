/**
 * Text that others wrote (a reason in the history, a message of EC2), safe for a terminal and for a table: without
 * control characters, which could move the cursor or hide a line.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}
