/** Where the boxes of a drawing are. All lengths are pixels. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export type Size = Omit<Box, 'x' | 'y'>;

/** `narrow`: for a telephone; it differs for at most two boxes. */
export type Shape = 'wide' | 'narrow';

const GAP = 220;
const MARGIN = 32;
const NARROW = { gap: 72, margin: 24 } as const;

/**
 * Two boxes stand side by side, or one below the other, more of them on an ellipse: a straight line between two of them then crosses
 * none of the others.
 *
 * @returns the nodes in the order given, each with its place, and the size of the whole
 */
export function arrange<Node extends Size>(
  nodes: readonly Node[],
  shape: Shape = 'wide',
): { readonly placed: readonly (Node & Point)[]; readonly size: Size } {
  const width = Math.max(...nodes.map((node) => node.width)) + GAP;
  const height = Math.max(...nodes.map((node) => node.height)) + GAP / 2;
  const isStacked = shape === 'narrow' && nodes.length <= 2;
  const margin = isStacked ? NARROW.margin : MARGIN;
  const below = (nodes[0]?.height ?? 0) / 2 + NARROW.gap + (nodes[1]?.height ?? 0) / 2;
  const centered = nodes.map((node, at) => {
    const { x, y } = isStacked
      ? { x: 0, y: at * below }
      : nodes.length <= 2
        ? { x: at * width, y: 0 }
        : onAnEllipse(at, nodes.length, width, height);
    return { ...node, x: x - node.width / 2, y: y - node.height / 2 };
  });
  const left = Math.min(...centered.map(({ x }) => x)) - margin;
  const top = Math.min(...centered.map(({ y }) => y)) - margin;
  const placed = centered.map((box) => ({ ...box, x: box.x - left, y: box.y - top }));
  return {
    placed,
    size: {
      width: Math.max(...placed.map((box) => box.x + box.width)) + margin,
      height: Math.max(...placed.map((box) => box.y + box.height)) + margin,
    },
  };
}

/** Neighbors on it are at least one box apart, horizontally or vertically. */
function onAnEllipse(at: number, count: number, width: number, height: number): Point {
  const turns = Math.max(1, count / 4);
  const angle = (2 * Math.PI * at) / count - Math.PI / 2;
  return { x: Math.cos(angle) * width * turns, y: Math.sin(angle) * height * turns };
}
