/** MB. Lambda takes any whole number from 128 to 10,240. */
export const SIZES_MB = [128, 256, 512, 1024, 1769, 3008] as const;

/** With so many MB, a function has the equivalent of one CPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const ONE_CPU_MB = 1769;

/** Of one CPU. */
export function cpuShareOf(mb: number): number {
  return mb / ONE_CPU_MB;
}
