import type { Account, ImageFixture } from '#emulator/account.ts';

/** Amazon Linux, which measuring hosts have: by AWS's public parameter. */
const LINUX: ImageFixture = {
  id: 'ami-0c000000000000009',
  name: 'al2023-ami-2023-kernel-arm64',
  owner: '137112412989',
  architecture: 'arm64',
};
const LINUX_PARAMETER = {
  name: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
  type: 'String' as const,
  value: LINUX.id,
};

/** An account whose Regions offer Amazon Linux. Pure. */
export function withAmazonLinux(account: Account): Account {
  const regions = Object.entries(account.regions).map(([name, region]) => [
    name,
    {
      ...region,
      images: [...(region.images ?? []), LINUX],
      parameters: [...(region.parameters ?? []), LINUX_PARAMETER],
    },
  ]);
  return { ...account, regions: Object.fromEntries(regions) as Account['regions'] };
}
