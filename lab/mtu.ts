/** Bytes, within a VPC. */
export const AWS_MTU = 9001;
/** Bytes, on the internet. */
export const INTERNET_MTU = 1500;
