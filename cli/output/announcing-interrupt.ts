import type { Io } from '../io.ts';

/** Does work that Ctrl-C does not end at once. @param message says on stderr, at the first Ctrl-C, what goes on */
export async function announcingInterrupt<T>(
  { stderr, signal }: Pick<Io, 'stderr' | 'signal'>,
  message: string,
  work: () => Promise<T>,
): Promise<T> {
  const announce = () => void stderr.write(message);
  signal?.addEventListener('abort', announce, { once: true });
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', announce);
  }
}
