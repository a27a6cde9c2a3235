/**
 * Acts on the emulated AWS from outside of its process (`emulator/control.ts` answers).
 *
 * @throws Error with what it answered
 */
export async function control(endpoint: string, path: string): Promise<void> {
  const answer = await fetch(`${endpoint}/_emulator/${path}`, { method: 'POST', signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`the emulator answered ${path} with ${answer.status}: ${await answer.text()}`);
}
