import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

export const unitStopped: Check = {
  id: 'unit-stopped',
  severity: 'degraded',
  check: (facts) =>
    onEachExamined(
      facts,
      (router, { units, contact }) =>
        // Without programs there are no units: `reporter-missing`.
        Object.entries(contact === null ? {} : units)
          .filter(([, state]) => state === 'inactive' || state === 'missing')
          .map(([unit, state]) => ({
            where: router,
            says: `${unit} is ${state}`,
            remedy: `On the router: sudo /config/vyos-failover/start, then journalctl -u ${unit}`,
          })),
      ({ units, contact }) => {
        const unknown = Object.keys(contact === null ? {} : units).filter((unit) => units[unit] === null);
        return unknown.length > 0 && `systemd does not show ${unknown.join(' and ')}`;
      },
    ),
};
