import { z } from 'zod';

/** What a router recorded about its report; a router of another version may record other things, which are not shown. */
const Evidence = z.looseObject({
  confirm: z
    .looseObject({
      verdict: z.string().optional(),
      address: z.string().optional(),
      ports: z.record(z.string(), z.string()).optional(),
      api: z.string().optional(),
      ms: z.number().optional(),
    })
    .optional()
    .catch(undefined),
  bgpError: z.string().optional().catch(undefined),
});

/**
 * The evidence of a report, as sentences: how the reporter asked its peer before it sent the report, and why it could not read
 * its own BGP sessions.
 *
 * @param evidence of a history entry; null: it has none
 */
export function evidenceTexts(evidence: Readonly<Record<string, unknown>> | null): readonly string[] {
  const read = Evidence.safeParse(evidence ?? {});
  const { confirm, bgpError } = read.success ? read.data : {};
  return [
    ...(confirm?.verdict === undefined ? [] : [confirmationText({ ...confirm, verdict: confirm.verdict })]),
    ...(bgpError === undefined ? [] : [`Its reporter could not read its own BGP sessions: ${bgpError}.`]),
  ];
}

function confirmationText({
  verdict,
  address = 'the peer',
  ports = {},
  api,
  ms,
}: {
  readonly verdict: string;
  readonly address?: string | undefined;
  readonly ports?: Readonly<Record<string, string>> | undefined;
  readonly api?: string | undefined;
  readonly ms?: number | undefined;
}): string {
  const probes = Object.entries(ports).map(([port, result]) => `${address} port ${port} ${result}`);
  const all = [...probes, ...(api === undefined ? [] : [`API ${api}`])].join(', ');
  return `Confirmation: ${verdict}${ms === undefined ? '' : ` after ${ms} ms`}${all === '' ? '' : ` (${all})`}.`;
}
