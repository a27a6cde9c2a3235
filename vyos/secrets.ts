/**
 * Secrets in configurations are names, never values. In place of a value stands `{{ssm:NAME}}`, NAME being the SSM
 * SecureString that holds it. The router that applies the configuration fetches the value by name and puts it there.
 *
 * The placeholder is always a whole word (in Serf's JSON: a whole string), so that nothing else has to be parsed to
 * find it; no other value of a configuration may have double braces in it (`valueFault`).
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

/** Where Serf's encryption key (`serf keygen`, 32 bytes in base64) of a site is kept. */
export function serfKeyName(topology: Topology, site: string): string {
  return `/vyos-failover/${topology.name}/serf/${site}`;
}
