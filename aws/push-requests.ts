import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KeptRequest } from '#contracts/request-progress.ts';
import { packedLines, unpackedLines } from './packed-lines.ts';
import { type Item, SiteTable } from './site-table.ts';

const KEPT_MS = 24 * 3_600_000;

/** Requests to config-push by their ids, each with its answer: items `request#<id>` of the partition `push`, which config-push may write. */
export class PushRequests {
  readonly #table: SiteTable;

  constructor(db: DynamoDBClient, table: string) {
    this.#table = new SiteTable(db, table);
  }

  /**
   * Records that this run carries the request out.
   *
   * @returns the request that was recorded under this id before; undefined: none, and this one is now
   */
  async claim(id: string, request: KeptRequest): Promise<KeptRequest | undefined> {
    const before = await this.#table.putIf(itemOf(id, request), {
      expression: 'attribute_not_exists(pk)',
      values: {},
    });
    const earlier = before === 'nothing-known' ? await this.read(id) : before && requestIn(before);
    // The SDK retried a write whose answer was lost: the existing item is this run's own.
    return earlier?.run === request.run ? undefined : earlier;
  }

  async keep(id: string, request: Required<KeptRequest>): Promise<void> {
    await this.#table.put(itemOf(id, request));
  }

  async read(id: string): Promise<KeptRequest | undefined> {
    const item = await this.#table.get(PARTITION, keyOf(id));
    return item && requestIn(item);
  }
}

/** Packed: a plan can have the whole configurations of two routers, and an item 400 KB. */
function itemOf(id: string, { answer, ...request }: KeptRequest): Item {
  return {
    pk: PARTITION,
    sk: keyOf(id),
    request,
    ...(answer && { answer: packedLines([JSON.stringify(answer)]) }),
    expires: Math.floor((request.endsAt + KEPT_MS) / 1000),
  };
}

function requestIn({ request, answer }: Item): KeptRequest {
  const kept = request as KeptRequest;
  if (typeof answer !== 'string') return kept;
  return { ...kept, answer: JSON.parse(unpackedLines(answer).join('\n')) as Required<KeptRequest>['answer'] };
}

const keyOf = (id: string) => `request#${id}`;
const PARTITION = 'push';
