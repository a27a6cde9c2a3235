import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepContacts } from '#demo/created-contacts.ts';
import type { CreatedRouter } from '#simulated-vyos/created-router.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a router makes a contact as soon as it is built, and every two minutes', () => {
  const router = { isBuilt: false };
  const contacts: CreatedRouter[] = [];
  const end = keepContacts(
    { routers: new Map([['i-1', router as CreatedRouter]]) },
    (each) => void contacts.push(each),
  );
  vi.advanceTimersByTime(600_000);
  expect(contacts).toHaveLength(0);
  router.isBuilt = true;
  vi.advanceTimersByTime(2_000);
  expect(contacts).toHaveLength(1);
  vi.advanceTimersByTime(119_000);
  expect(contacts).toHaveLength(1);
  vi.advanceTimersByTime(2_000);
  expect(contacts).toHaveLength(2);
  end();
  vi.advanceTimersByTime(600_000);
  expect(contacts).toHaveLength(2);
});
