/** Elements of an SVG document, as text. */
import type { Box, Point } from './layout.ts';

export function rect(kind: string, { x, y, width, height }: Box): string {
  return `<rect class="${kind}" x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" rx="8"/>`;
}

export function text(kind: string, x: number, y: number, content: string): string {
  return `<text class="${kind}" x="${round(x)}" y="${round(y)}">${escaped(content)}</text>`;
}

/** Cuts a text to the width of a site. */
export function fitting(content: string): string {
  return content.length <= 46 ? content : `${content.slice(0, 45)}…`;
}

export function label({ x, y }: Point, network: string): string {
  const width = network.length * 7 + 12;
  return `<rect class="label" x="${round(x - width / 2)}" y="${round(y - 10)}" width="${width}" height="20" rx="4"/><text class="small" text-anchor="middle" x="${round(x)}" y="${round(y + 4)}">${network}</text>`;
}

export function xy({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

export function round(length: number): number {
  return Math.round(length * 10) / 10;
}

export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
