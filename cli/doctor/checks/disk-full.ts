import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

const LEAST_BYTES = 100 * 1024 * 1024;

/** A push writes its rollback to /config, and refuses to begin without space. */
export const diskFull: Check = {
  id: 'disk-full',
  severity: 'attention',
  check: (facts) =>
    onEachExamined(
      facts,
      (router, { disk }) =>
        disk === null || disk.free >= LEAST_BYTES
          ? []
          : [
              {
                where: router,
                says: `the disk of /config has ${Math.floor(disk.free / 1024 / 1024)} MB left`,
                remedy: 'Delete old images (VyOS: delete system image) and logs.',
              },
            ],
      ({ disk }) => disk === null && 'the disk of /config cannot be read',
    ),
};
