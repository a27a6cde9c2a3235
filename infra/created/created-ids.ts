import type { Stack } from 'aws-cdk-lib';
import { createdKey, createdKeysIn } from '#topology/created-ids.ts';
import type { Router } from '#topology/topology.ts';
import type { AddressesStack } from './addresses-stack.ts';

/** References to all that the addresses stacks create, for the stacks that come after them. */
export class CreatedIds {
  readonly #stacks: readonly AddressesStack[];

  constructor(stacks: readonly AddressesStack[]) {
    this.#stacks = stacks;
  }

  /** A reference for a placeholder such as `{{eni:tokyo-1}}`. @throws Error for one that no stack creates */
  idOf(placeholder: string): string {
    const key = createdKey(placeholder) ?? '';
    const id = this.referenceTo(key);
    if (id === undefined) throw new Error(`nothing creates ${placeholder}`);
    return id;
  }

  /** The same by its key, such as `eni:tokyo-1`; undefined: no stack creates it. */
  referenceTo(key: string): string | undefined {
    return this.#stacks.map((stack) => stack.idOf(key)).find((id) => id !== undefined);
  }

  /** References for all placeholders in some values, as JSON for a function's environment; undefined: there are none. */
  jsonOf(stack: Stack, ...values: readonly unknown[]): string | undefined {
    const keys = [...new Set(values.flatMap(createdKeysIn))];
    if (keys.length === 0) return undefined;
    return stack.toJsonString(Object.fromEntries(keys.map((key) => [key, this.idOf(`{{${key}}}`)])));
  }

  /** `sg-…` of a created router. */
  securityGroupOf(router: Router): string {
    const stack = this.#stacks.find((each) => each.idOf(createdKey(router.eni) ?? '') !== undefined);
    if (stack === undefined) throw new Error(`${router.name} is not created`);
    return stack.securityGroupOf(router);
  }
}
