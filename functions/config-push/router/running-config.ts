import { gunzipSync } from 'node:zlib';
import type { CommandEnd } from '#aws/run-command.ts';
import * as z from '#contracts/validation.ts';
import type { NewerCommands } from '#vyos/versions/release.ts';

/** The running configuration, as `router/show-config` reports it. */
export interface RunningConfig {
  /** VyOS's own name of the release: `1.4.0`, `2026.06.24-0045-rolling`; empty: its image names none. */
  readonly version: string;
  /** From its own command templates; null: they cannot be read. */
  readonly commands: NewerCommands | null;
  /** SHA-256 of `lines`, computed on the router. */
  readonly digest: string;
  /** `set` lines of the managed subtrees, without secrets. */
  readonly lines: readonly string[];
  /** The same digest of the configuration that it boots with; null: it cannot be read. */
  readonly boots: string | null;
  /** The kernel's boot ID and uptime, s. */
  readonly boot: { readonly id: string; readonly uptime: number };
  /**
   * What a created router applied at its first boot: the digest of `lines` then, and its lines that name secrets; null: it had no
   * such boot.
   */
  readonly booted: { readonly digest: string; readonly keys: readonly string[] } | null;
  /** A push that has not ended on the router; null: none. */
  readonly push: PendingPush | null;
}

/** State of a push that is neither confirmed nor undone. */
export interface PendingPush {
  /** The attempt. */
  readonly id: string;
  readonly state: 'applying' | 'applied' | 'confirming' | 'undoing' | 'broken';
  /** s until its timer expires; null: unknown. */
  readonly undoInS: number | null;
}

const Answer = z.object({
  version: z.string().check(z.maxLength(100)),
  commands: z._default(
    z.nullable(z.object({ trap: z.boolean(), retransmission: z.boolean(), bfdStrict: z.boolean() })),
    null,
  ),
  digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  config: z.string().check(z.regex(/^[A-Za-z0-9+/]+={0,2}$/)),
  boots: z.nullable(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  boot: z.object({
    id: z.string().check(z.minLength(1), z.maxLength(100)),
    uptime: z.number().check(z.nonnegative()),
  }),
  booted: z._default(
    z.nullable(
      z.object({
        digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
        keys: z.string().check(z.regex(/^[A-Za-z0-9+/]+={0,2}$/)),
      }),
    ),
    null,
  ),
  push: z.nullable(
    z.object({
      id: z.string().check(z.maxLength(100)),
      state: z.enum(['applying', 'applied', 'confirming', 'undoing', 'broken']),
      undoInS: z.nullable(z.number()),
    }),
  ),
});

const MOST_BYTES = 4 * 1024 * 1024;

/** @returns why it could not be read, as a clause */
export function readRunningConfig(end: CommandEnd): RunningConfig | { readonly why: string } {
  if (end.kind !== 'answered') return { why: end.why };
  try {
    const { config, booted, ...answer } = z.parse(Answer, JSON.parse(end.output));
    return {
      ...answer,
      lines: unpackedLines(config),
      booted: booted && { ...booted, keys: unpackedLines(booted.keys) },
    };
  } catch (error) {
    return { why: `its answer cannot be read (${error instanceof Error ? error.name : 'error'})` };
  }
}

function unpackedLines(packed: string): string[] {
  const text = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
  return text.split('\n').filter((line) => line !== '');
}
