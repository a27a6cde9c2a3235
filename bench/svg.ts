/** What all pictures of docs/bench share: colours, words, and how both look on light and on dark ground. */

/** One set for light backgrounds, one for dark ones; told apart by colour-blind eyes too (Okabe and Ito). */
const COLOURS = {
  blue: ['#0072b2', '#56b4e9'],
  orange: ['#b35900', '#e69f00'],
  green: ['#00795c', '#2fc99b'],
  purple: ['#a3437c', '#e08bbd'],
  black: ['#24292f', '#e6edf3'],
  grey: ['#6e7781', '#9198a1'],
} as const;
export type Colour = keyof typeof COLOURS;

export interface Picture {
  readonly title: string;
  /** Under the title: what must not be overlooked. */
  readonly subtitle: string;
  readonly width: number;
  readonly height: number;
  /** Rules of its own, beside the common ones. */
  readonly style?: string;
  /** SVG elements, already escaped. */
  readonly content: readonly string[];
}

export function pictureSvg({ title, subtitle, width, height, style = '', content }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${commonStyle(style)}</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
    text(24, 34, title, 'title'),
    text(24, 56, subtitle, 'quiet'),
    ...content,
    '</svg>',
    '',
  ].join('\n');
}

function commonStyle(own: string): string {
  const rules = (dark: 0 | 1) => [
    `.ground{fill:${dark ? '#0d1117' : '#ffffff'}}`,
    `text{fill:${COLOURS.black[dark]}}`,
    `.quiet,.tick{fill:${COLOURS.grey[dark]}}`,
    `.grid{stroke:${dark ? '#2a313c' : '#e3e7ec'}}`,
    ...Object.entries(COLOURS).map(([name, pair]) => `.${name}{stroke:${pair[dark]};fill:${pair[dark]}}`),
  ];
  return [
    "text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;font-size:13px;stroke:none}",
    '.title{font-size:17px;font-weight:600}.quiet,.tick{font-size:12px}',
    own,
    ...rules(0),
    `@media (prefers-color-scheme:dark){${rules(1).join('')}}`,
  ].join('');
}

export function text(x: number, y: number, content: string, kind: string, anchor = 'start'): string {
  return `<text${kind === '' ? '' : ` class="${kind}"`} x="${x}" y="${y}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A tenth of a pixel is enough. */
export function pixels(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Where a value stands on a logarithmic axis from `from` to `to`, drawn from `start` to `end`. */
export function logScaled(
  value: number,
  { from, to }: { readonly from: number; readonly to: number },
  start: number,
  end: number,
): number {
  return pixels(start + (Math.log(value / from) / Math.log(to / from)) * (end - start));
}
