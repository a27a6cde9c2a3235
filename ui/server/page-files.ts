import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file that the server serves without a token: it holds no data of the topology. */
export interface PageFile {
  readonly type: string;
  readonly body: string;
}

const PAGE = fileURLToPath(new URL('../page/', import.meta.url));

/**
 * Bundles the page. It loads nothing from other servers.
 *
 * @returns its files by path
 * @throws Error with esbuild's messages
 */
export async function buildPage(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    absWorkingDir: PAGE,
    entryPoints: { page: 'main.tsx', style: 'page.css' },
    outdir: 'out',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
  });
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: HTML }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', body: text('page.js') }],
    ['/page.css', { type: 'text/css; charset=utf-8', body: text('style.css') }],
  ]);
}

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>vyos-failover</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
</head>
<body>
<div id="page"><noscript>This page needs JavaScript. Use vyos-failover status --watch 5 instead.</noscript></div>
<script type="module" src="/page.js"></script>
</body>
</html>
`;

/** Nothing from elsewhere is loaded, no other page embeds this one, and no browser guesses types. */
export const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;
