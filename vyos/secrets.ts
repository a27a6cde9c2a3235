/**
 * Configurations hold the names of secrets, never values: `{{ssm:NAME}}` for the value of the SSM SecureString NAME. The
 * router that applies the configuration fetches the value by name and replaces the placeholder.
 *
 * The placeholder is always a whole word (in Serf's JSON: a whole string), so that it is found without further parsing. No
 * other value can contain double braces (`valueFault`).
 */
import type { Topology } from '#topology/topology.ts';

const placeholder = /^\{\{ssm:((?:\/[A-Za-z0-9_.-]+)+)\}\}$/;

/** `{{ssm:/vyos-failover/tokyo-virginia/psk/tokyo-1--virginia-1}}` */
export function secretPlaceholder(name: string): string {
  const text = `{{ssm:${name}}}`;
  if (!isSecretPlaceholder(text)) throw new Error('not the name of an SSM parameter');
  return text;
}

export function isSecretPlaceholder(word: string): boolean {
  return placeholder.test(word);
}

/** The SSM name in a placeholder; undefined for any other word. */
export function secretName(word: string): string | undefined {
  return placeholder.exec(word)?.[1];
}

/** The SSM name of a site's Serf encryption key (`serf keygen`, 32 bytes in base64). */
export function serfKeyName(topology: Topology, site: string): string {
  return `/vyos-failover/${topology.name}/serf/${site}`;
}
