import type { SecretValue } from '#aws/secret-value.ts';

const REMOVED = '(removed)';

/** Forms of secrets, and what is kept of each. No part of vyos-failover writes one; an operator's text or a router's configuration may. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, REMOVED],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, REMOVED],
  // A value in JSON, in YAML, or after a node of a VyOS command.
  [
    /((?:secret|password|private[-_]?key|shared[-_]?key|passphrase|secret[-_]?access[-_]?key|session[-_]?token|security[-_]?token)(?:\\?["'])?(?:\s*[:=]\s*|\s+)(?:\\?["'])?)(?!\{\{ssm:)[^\s"',;}\\]+/gi,
    `$1${REMOVED}`,
  ],
  [/\b[\w.+-]+@([\w-]+\.[\w.-]+)/g, `${REMOVED}@$1`],
];

/** A shorter value is part of other words, and no key. */
const SHORTEST = 6;

/** Removes secrets and addresses of email from a text: the given values wherever they stand, and what has the form of a secret. */
export function redact(text: string, values: readonly SecretValue[]): string {
  const known = values
    .map((value) => value.reveal())
    .filter(({ length }) => length >= SHORTEST)
    .flatMap((value) => [inJson(inJson(value)), inJson(value), value]);
  const withoutValues = known.reduce((left, value) => left.replaceAll(value, REMOVED), text);
  return FORMS.reduce((left, [form, kept]) => left.replaceAll(form, kept), withoutValues);
}

/** As JSON writes it within its quotes; a file of the archive may quote the JSON of a router. */
function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
