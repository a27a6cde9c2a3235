/** A text that may be the key itself instead of its name is refused, and never printed. */

const path = /^(\/[A-Za-z0-9_.-]+){2,15}$/;

/** For editors; `ssmNameFault` is stricter. */
export const ssmNamePattern = path.source;

/** Why the text is not the name of an SSM parameter, without repeating the text; undefined where it is one. */
export function ssmNameFault(text: string): string | undefined {
  if (!path.test(text))
    return 'not the name of an SSM parameter (the text is not shown, because it may be the key itself)';
  if (text.split('/').some(looksLikeKey))
    return 'the text looks like a key, not like the name of a parameter (it is not shown)';
  if (text.length > 1011)
    return `the name of an SSM parameter has at most 1011 characters; this one has ${text.length}`;
  if (/^\/(aws|ssm)/i.test(text)) return 'SSM reserves names that begin with /aws and /ssm';
  return undefined;
}

/** Names consist of words; generated keys contain long runs of mixed case and digits, or of hex digits. */
function looksLikeKey(segment: string): boolean {
  return segment.split(/[._-]/).some((run) => {
    const mixed = /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run);
    return (run.length >= 16 && mixed) || /^[0-9a-f]{32,}$/i.test(run);
  });
}
