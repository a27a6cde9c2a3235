/** A slip of the hand puts the key where its name belongs. Then the text is refused, and printed nowhere. */

const path = /^(\/[A-Za-z0-9_.-]+){2,15}$/;

/** For editors; `ssmNameFault` is stricter. */
export const ssmNamePattern = path.source;

/** Why the text is not the name of an SSM parameter, without repeating the text; undefined where it is one. */
export function ssmNameFault(text: string): string | undefined {
  if (!path.test(text))
    return 'this is not the name of an SSM parameter (its text is not shown: it may be the key itself)';
  if (text.split('/').some(looksLikeKey))
    return 'this looks like a key, not like the name of one (its text is not shown)';
  if (text.length > 1011) return `an SSM parameter name has at most 1011 characters, this one has ${text.length}`;
  if (/^\/(aws|ssm)/i.test(text)) return 'SSM keeps names that begin with /aws and /ssm for itself';
  return undefined;
}

/** People write names in words; generators write long runs of mixed case and digits, or of hex. */
function looksLikeKey(segment: string): boolean {
  return segment.split(/[._-]/).some((run) => {
    const mixed = /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run);
    return (run.length >= 16 && mixed) || /^[0-9a-f]{32,}$/i.test(run);
  });
}
