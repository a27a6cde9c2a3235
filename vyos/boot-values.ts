/**
 * Values of a bundle that are known only when the stacks are deployed. The bundle's program `boot` puts them in from the
 * boot parameter (`router/boot.d/placeholders.py`), so that the bundle can be an asset.
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

/** Which programs a bundle installs. */
export interface ProgramsVersion {
  /** The version of vyos-failover that made it. */
  readonly version: string;
  /**
   * In hexadecimal, of all that runs and its configuration, with names in place of what only a deployment or the operator of a router
   * knows. So the folder of `router bundle` and the bundle of the stacks have the same one; a change that only `config push`
   * brings to a router changes none.
   */
  readonly sha256: string;
}

/** An object of S3 in the router's Region, and its SHA-256, in hexadecimal: nothing else is installed. */
export interface BootObject {
  readonly bucket: string;
  readonly key: string;
  readonly sha256: string;
}

/** The boot parameter of a router, as JSON: what its programs are, and where they are. */
export interface BootDocument {
  readonly bundle: BootObject;
  /** What its file `VERSION` states. */
  readonly programs: ProgramsVersion;
  /** The SSM agent's package; absent: the topology names none. */
  readonly agent?: BootObject;
  /** Of its own site. */
  readonly apiUrl: string;
  /** Of the other sites, by name: those that the stack knows. */
  readonly witnessUrls: Readonly<Record<string, string>>;
  /** Elastic IPs of created routers, by name. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Name of the site's table, which has the configuration that was pushed last. Of created routers. */
  readonly table?: string;
}

/** The SSM parameter with the `BootDocument` of a router. */
export function bootParameterName(
  topology: { readonly name: string },
  site: { readonly name: string },
  router: string,
): string {
  return `/vyos-failover/${topology.name}/${site.name}/boot/${router}`;
}
