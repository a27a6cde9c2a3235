import type { Memory } from '../memory.ts';
import type { Message } from '../message.ts';

/** What an event changes in the memory, and the messages that it is worth. */
export interface News {
  readonly memory: Memory;
  readonly messages: readonly Message[];
}

export function nothing(memory: Memory): News {
  return { memory, messages: [] };
}
