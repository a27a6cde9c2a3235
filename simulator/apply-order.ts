import { maintain, pause, resume, switchover } from './people.ts';
import type { SimEvent } from './schedule.ts';
import type { World } from './world.ts';

type Spoken = Extract<SimEvent, { readonly kind: 'switchover' | 'pause' | 'resume' | 'maintenance' | 'word-in-run' }>;

/** What people say, at the near site. */
export function speak(event: Spoken, { sites: { tokyo } }: World): void {
  switch (event.kind) {
    case 'switchover':
      return void switchover(event.to, event.overrides, tokyo);
    case 'pause':
      return void pause(event.forMs, tokyo);
    case 'resume':
      return void resume(tokyo);
    case 'maintenance':
      return void maintain(event.router, event.on, tokyo);
    case 'word-in-run': {
      const standby = () => (tokyo.record.owner()?.key === 'b' ? 'a' : 'b');
      const words = {
        pause: () => void pause(60_000, tokyo),
        maintenance: () => void maintain(standby(), true, tokyo),
        switchover: () => void switchover(standby(), [], tokyo),
      };
      tokyo.platform.wordNext = { afterSteps: event.afterSteps, say: words[event.word] };
      return;
    }
  }
}
