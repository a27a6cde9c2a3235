/**
 * What happens to an instance's operating system: `boot` after a launch, a start or a reboot; `halt`: power goes off, in a
 * stop or a reboot; `freeze` and `resume`: it hangs, and runs on; `terminate`: it is gone for good.
 */
export type GuestEvent = 'boot' | 'halt' | 'freeze' | 'resume' | 'terminate';

export type GuestEventListener = (event: {
  readonly region: string;
  readonly instance: string;
  readonly event: GuestEvent;
}) => void;

/** The guest stopped or began to answer. */
export type GuestListener = (change: { region: string; instance: string; responsive: boolean }) => void;
