import type { Invariant } from './invariant.ts';

export const healthIsCorrect: Invariant = {
  name: 'health-is-correct',
  holds:
    'the next complete round outside a swap reports `FailoverReady` 1 exactly if both routers are fit and every route is at the pair; it is checked once every router had time for a contact, and 90 s after the last claim of a router that hangs',
};
