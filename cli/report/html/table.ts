import { html, type Markup } from './markup.ts';

/** A table whose rows become blocks with labels on a narrow screen. The first column heads its row. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
): Markup {
  const heads = head.map((each) => html`<th role="columnheader" scope="col">${each}</th>`);
  const cells = (row: readonly (string | Markup)[]) =>
    row.map((cell, at) =>
      at === 0
        ? html`<th role="rowheader" scope="row">${cell}</th>`
        : html`<td role="cell" data-head="${head[at] ?? ''}">${cell}</td>`,
    );
  return html`<table class="stack" role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => html`<tr role="row">${cells(row)}</tr>\n`)}</tbody></table>`;
}
