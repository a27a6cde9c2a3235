import { compareVersions, PRODUCT_VERSION } from '#contracts/product-version.ts';

/**
 * A clause if the functions of a site are of another version than the command line, with the command that ends the difference.
 *
 * @param deployed undefined: 0.1.0 or before
 */
export function versionSkew(site: string, deployed: string | undefined): readonly string[] {
  const difference = compareVersions(deployed, PRODUCT_VERSION);
  if (difference === 0) return [];
  const what = `the functions of ${site} are of version ${deployed ?? '0.1.0 or before'}, and this command line is of ${PRODUCT_VERSION}`;
  return [
    difference < 0
      ? `${what}: deploy this version with npx cdk deploy --all -c topology=FILE`
      : `${what}: use version ${deployed} of vyos-failover, because a deployment from here would replace newer functions`,
  ];
}
