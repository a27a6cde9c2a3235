/**
 * Values of a created router's bundle that are known only when the stacks are deployed. The router's boot program puts them
 * in from its boot parameter (`router/boot.d/placeholders.py`), so that the bundle can be an asset.
 */

const placeholder = /^\{\{(?:apiUrl|witnessUrl:[A-Za-z0-9_-]+)\}\}$/;

/** The API of the router's own site. */
export const API_URL_VALUE = '{{apiUrl}}';

/** The API of another site. */
export function witnessUrlValue(site: string): string {
  return `{{witnessUrl:${site}}}`;
}

export function isBootValue(text: string): boolean {
  return placeholder.test(text);
}

/** The boot parameter of a created router, as JSON: what its program reads first. */
export interface BootDocument {
  /** An object of S3 in the router's Region, and its SHA-256, in hexadecimal: nothing else runs. */
  readonly bundle: { readonly bucket: string; readonly key: string; readonly sha256: string };
  /** Of its own site. */
  readonly apiUrl: string;
  /** Of the other sites, by name. */
  readonly witnessUrls: Readonly<Record<string, string>>;
  /** Elastic IPs of created routers, by name. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Name of the site's table, which has the configuration that was pushed last. */
  readonly table: string;
}
