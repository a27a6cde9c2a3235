/** https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-types.html: the families that a router runs on. */
const BURSTABLE = ['t2', 't3', 't3a', 't4g'];
const GENERAL = ['m5', 'm5a', 'm5n', 'm6i', 'm6a', 'm6in', 'm7i', 'm7a', 'm8i', 'r5', 'r6i', 'r7i'];
const COMPUTE = ['c5', 'c5a', 'c5n', 'c6i', 'c6a', 'c6in', 'c7i', 'c7a', 'c8i'];
const GRAVITON = ['m6g', 'm7g', 'm8g', 'c6g', 'c6gn', 'c7g', 'c7gn', 'c8g'];

const BURSTABLE_SIZES = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'];
const SIZES = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];

function typesOf(families: readonly string[], sizes: readonly string[]): string[] {
  return families.flatMap((family) => sizes.map((size) => `${family}.${size}`));
}

/** What a region offers unless the account fixture states otherwise. */
export const INSTANCE_TYPES: ReadonlySet<string> = new Set([
  'm1.small',
  ...typesOf(BURSTABLE, BURSTABLE_SIZES),
  ...typesOf(GENERAL, SIZES),
  ...typesOf(COMPUTE, SIZES),
  ...typesOf(GRAVITON, ['medium', ...SIZES]),
]);

/** Virtual CPUs of an instance type: https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-type-specifications.html */
export function vcpusOf(type: string): number {
  const [family = '', size = ''] = type.split('.');
  const xlarge = /^(\d*)xlarge$/.exec(size);
  if (xlarge !== null) return 4 * Number(xlarge[1] || 1);
  if (size === 'large') return 2;
  // Except for the oldest family, all burstable types up to large have two.
  return family === 't3' || family === 't3a' || family === 't4g' || (family === 't2' && size === 'medium') ? 2 : 1;
}

/** Graviton types have a g behind the generation: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
export function architectureOf(type: string): 'x86_64' | 'arm64' {
  return /^[a-z]+\d+[a-z]*g[a-z]*\./.test(type) ? 'arm64' : 'x86_64';
}
