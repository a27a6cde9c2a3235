import { BUCKET_MS, BUCKETS, type TrafficState } from '#ui/contract.ts';

/** Counts pings between two sites: losses, outages, and the share of losses in each period of the last minute. */
export class TrafficMeter {
  readonly from: string;
  readonly to: string;
  #sent = 0;
  #lost = 0;
  #answered = true;
  /** The last outage, ms since the epoch. */
  #outage: { readonly from: number; readonly to: number } | undefined;
  #lastReply: number | undefined;
  readonly #recent: (number | null)[] = [];
  #bucket = { sent: 0, lost: 0, endsAt: 0 };

  constructor(from: string, to: string) {
    this.from = from;
    this.to = to;
  }

  /** @param at when the ping was sent, ms since the epoch, never before the last one */
  record(at: number, answered: boolean): void {
    this.#closeBuckets(at);
    this.#sent++;
    this.#bucket.sent++;
    const wasOut = !this.#answered;
    this.#answered = answered;
    if (answered) {
      // From the last reply before it, as the demo measures an outage.
      if (wasOut && this.#outage !== undefined) this.#outage = { ...this.#outage, to: at };
      this.#lastReply = at;
      return;
    }
    this.#lost++;
    this.#bucket.lost++;
    if (!wasOut) this.#outage = { from: this.#lastReply ?? at, to: at };
    else if (this.#outage !== undefined) this.#outage = { ...this.#outage, to: at };
  }

  get state(): TrafficState {
    return {
      from: this.from,
      to: this.to,
      answered: this.#answered,
      sent: this.#sent,
      lost: this.#lost,
      outageMs: this.#outage === undefined ? null : this.#outage.to - this.#outage.from,
      recent: [...this.#recent],
    };
  }

  #closeBuckets(at: number): void {
    if (this.#bucket.endsAt === 0) this.#bucket.endsAt = at + BUCKET_MS;
    while (at >= this.#bucket.endsAt) {
      const { sent, lost, endsAt } = this.#bucket;
      this.#recent.push(sent === 0 ? null : lost / sent);
      if (this.#recent.length > BUCKETS) this.#recent.shift();
      this.#bucket = { sent: 0, lost: 0, endsAt: endsAt + BUCKET_MS };
    }
  }
}
