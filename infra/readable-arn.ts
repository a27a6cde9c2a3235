import { type Stack, Token } from 'aws-cdk-lib';

/** As cdk-nag prints an ARN: pseudo parameters in angle brackets. */
export function readableArn(arn: string, { account, partition }: Stack): string {
  const withAccount = Token.isUnresolved(account) ? arn.replace(account, '<AWS::AccountId>') : arn;
  return Token.isUnresolved(partition) ? withAccount.replace(partition, '<AWS::Partition>') : withAccount;
}
