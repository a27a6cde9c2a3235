/**
 * An example's text with an image by its id: to look one up by owner and name, CDK needs an account.
 *
 * @param text of the topology file
 */
export function withImageById(text: string): string {
  return text.replace(/image: \{ owner.*\}/, 'image: ami-0a1b2c3d4e5f60001');
}

/** Begins as a Debian package does, with none of the SSM agent in it. */
export const AGENT_PACKAGE = '!<arch>\nPackage: amazon-ssm-agent\nVersion: 3.3.3000.0-1\nArchitecture: amd64\n';
