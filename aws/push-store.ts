import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PendingChange, PushedConfig, PushJournal } from '#contracts/push-journal.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { packedLines, unpackedLines } from './packed-lines.ts';
import { type Condition, type Item, SiteTable } from './site-table.ts';

/**
 * The store of config-push: the items `journal`, `pushed#<router>`, `pushed#<interface>` and `called-off#<router>` of the partition
 * `push` in the site's table. The partition is separate because a failover reads all of `swap` and `probe`, and needs no configurations.
 */
export class PushStore {
  readonly #table: SiteTable;

  constructor(db: DynamoDBClient, table: string) {
    this.#table = new SiteTable(db, table);
  }

  /** The last push; undefined before the first. */
  async journal(): Promise<PushJournal | undefined> {
    return unpackedJournal((await this.#get('journal'))?.journal as PackedJournal | undefined);
  }

  /**
   * Takes the lease and replaces the journal.
   *
   * @param seen the journal that was read before; it is replaced only if it is unchanged and its lease has ended
   * @returns false: another run was faster
   */
  async begin(journal: PushJournal, seen: PushJournal | undefined, now: number): Promise<boolean> {
    const { expression, values } = unchanged(seen);
    return this.#putJournal(journal, {
      expression: `attribute_not_exists(pk) OR (${expression} AND journal.leasedUntil <= :now)`,
      values: { ...values, ':now': now },
    });
  }

  /**
   * Continues the same push in another run, even if the run before is still at work; that run loses the lease.
   *
   * @returns false: the journal has changed since it was read as `seen`
   */
  async takeOver(journal: PushJournal, seen: PushJournal): Promise<boolean> {
    return this.#putJournal(journal, unchanged(seen));
  }

  /** @returns false: the lease was lost, another run has begun */
  async update(journal: PushJournal): Promise<boolean> {
    return this.#putJournal(journal, { expression: 'journal.run = :run', values: { ':run': journal.run } });
  }

  /** Cancels a push of a router: a run of it that comes later does not begin. */
  async cancel(router: string, id: string): Promise<void> {
    await this.#table.put({ pk: PARTITION, sk: `called-off#${router}`, id });
  }

  /** @returns the push of a router that was cancelled last; undefined: none */
  async cancelledPush(router: string): Promise<string | undefined> {
    return (await this.#get(`called-off#${router}`))?.id as string | undefined;
  }

  /** What a router got last, under whatever name. An earlier release has it by the name only. */
  async pushed({ name, eni }: PushedRouter): Promise<PushedConfig | undefined> {
    const [ofInterface, ofName] = await Promise.all([this.#get(`pushed#${eni}`), this.#get(`pushed#${name}`)]);
    const isOfAnother = ofName?.eni !== undefined && ofName.eni !== eni;
    const pushed = (ofInterface ?? (isOfAnother ? undefined : ofName))?.pushed as Packed<PushedConfig> | undefined;
    return pushed && unpacked(pushed);
  }

  /** By the name as well, because the first boot of a created router knows no interface. */
  async setPushed({ name, eni }: PushedRouter, pushed: PushedConfig): Promise<void> {
    const item = { pk: PARTITION, eni, pushed: packed(pushed) };
    await Promise.all([name, eni].map((key) => this.#table.put({ ...item, sk: `pushed#${key}` })));
  }

  #get(sk: string): Promise<Item | undefined> {
    return this.#table.get(PARTITION, sk);
  }

  async #putJournal(journal: PushJournal, condition: Condition): Promise<boolean> {
    const item = {
      pk: PARTITION,
      sk: 'journal',
      journal: { ...journal, applying: journal.applying && packed(journal.applying) },
    };
    const existing = await this.#table.putIf(item, condition);
    if (existing === undefined) return true;
    // The SDK retried a write whose answer was lost: the existing item is this run's own.
    return existing !== 'nothing-known' && (existing.journal as PackedJournal).run === journal.run;
  }
}

/** The journal is as it was read: its run may have continued since. */
function unchanged(seen: PushJournal | undefined): Condition {
  const { run = '', revision } = seen ?? {};
  if (revision === undefined)
    return { expression: 'journal.run = :seen AND attribute_not_exists(journal.revision)', values: { ':seen': run } };
  const expression = 'journal.run = :seen AND journal.revision = :revision';
  return { expression, values: { ':seen': run, ':revision': revision } };
}

/** A router is its interface; its name may change. */
export type PushedRouter = Pick<ManagedRouter, 'name' | 'eni'>;

interface WithLines {
  readonly lines: readonly string[];
}

/** As stored, with packed lines: an item may have 400 KB, and the configuration of 99 tunnels is as large. */
type Packed<T extends WithLines> = Omit<T, 'lines'> & { readonly lines: string | readonly string[] };
type PackedJournal = Omit<PushJournal, 'applying'> & { readonly applying?: Packed<PendingChange> };

function packed<T extends WithLines>(of: T): Packed<T> {
  return { ...of, lines: packedLines(of.lines) };
}

function unpacked<T extends WithLines>(of: Packed<T>): T {
  // An earlier release wrote a list.
  const lines = typeof of.lines === 'string' ? unpackedLines(of.lines) : of.lines;
  return { ...of, lines } as unknown as T;
}

function unpackedJournal(journal: PackedJournal | undefined): PushJournal | undefined {
  return journal && { ...journal, applying: journal.applying && unpacked<PendingChange>(journal.applying) };
}

/** Only config-push may write it. */
const PARTITION = 'push';
