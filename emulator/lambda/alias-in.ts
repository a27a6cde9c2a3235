/** The alias in the ARN of a function (`arn:…:function:NAME:ALIAS`); undefined: it has none, or is a bare name. */
export function aliasIn(functionArn: string): string | undefined {
  return /^arn:[^:]+:lambda:[^:]+:\d+:function:[^:]+:([^:]+)$/.exec(functionArn)?.[1];
}
