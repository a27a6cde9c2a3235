import { parseSetCommand } from '#vyos/quote.ts';

/** Leaves that VyOS keeps one value of, as far as tests set them; on purpose not the list that the diff works with. */
const oneValue = new Set(
  `host-name description mtu encapsulation adjust-mss source-address remote local-ip remote-ip key-exchange lifetime
   encryption hash dh-group pfs mode interval timeout close-action secret pre-shared-secret password local-id remote-id
   connection-type default-esp-group ike-group local-address bind esp-group action metric prefix-list route-map distance
   system-as router-id keepalive holdtime connect remote-as update-source maximum-prefix import export profile transmit
   receive multiplier mobike attempts base`.split(/\s+/),
);

/** A VyOS candidate configuration, as far as `set` and `delete` go. Nodes that have become empty stay, as in VyOS. */
export class SimulatedConfig {
  readonly #root: Node = new Map();

  constructor(lines: readonly string[]) {
    for (const text of lines) this.#set(parseSetCommand(text, 0) ?? []);
  }

  /** Refuses what VyOS would refuse: to delete what is not there. */
  run(command: string): void {
    if (command.startsWith('set ')) this.#set(parseSetCommand(command, 0) ?? []);
    else if (command.startsWith('delete ')) this.#delete(parseSetCommand(command.replace('delete', 'set'), 0) ?? []);
    else throw new Error(`no command: ${command}`);
  }

  /** As `show configuration commands` has it. */
  lines(): string[] {
    return [...walk(this.#root, [])].map((path) => `set ${path.map((word) => `'${word}'`).join(' ')}`);
  }

  #set(path: readonly string[]): void {
    let node = this.#root;
    for (const [index, word] of path.entries()) {
      if (index === path.length - 1 && holdsOneValue(path)) node.clear();
      const next = node.get(word) ?? new Map<string, Node>();
      node.set(word, next);
      node = next;
    }
  }

  #delete(path: readonly string[]): void {
    const parent = path.slice(0, -1).reduce<Node | undefined>((node, word) => node?.get(word), this.#root);
    if (parent?.delete(path.at(-1) ?? '') !== true) throw new Error(`nothing to delete at ${path.join(' ')}`);
  }
}

interface Node extends Map<string, Node> {}

/** Whether the last word is the value of such a leaf; some names are a leaf in one place and something else in another. */
function holdsOneValue(path: readonly string[]): boolean {
  const [root, kind, area] = path;
  const leaf = path.at(-2) ?? '';
  if (leaf === 'prefix') return root === 'policy';
  if (leaf === 'id') return area === 'site-to-site';
  return oneValue.has(leaf) && !(root === 'policy' && leaf === kind);
}

function* walk(node: Node, path: string[]): Generator<string[]> {
  for (const [word, next] of node) {
    if (next.size === 0) yield [...path, word];
    else yield* walk(next, [...path, word]);
  }
}
