/** IAM's instance profiles: each takes one role to instances. */
export class InstanceProfiles {
  /** Name → ARN of the role. */
  readonly #roles = new Map<string, string>();

  /** Throws when there is a profile of that name: they are one namespace for all regions. */
  add(name: string, roleArn: string): void {
    if (this.#roles.has(name)) throw new Error(`EntityAlreadyExists: Instance Profile ${name} already exists.`);
    this.#roles.set(name, roleArn);
  }

  /** Also of instances that run: their next credentials are those of the new role. */
  change(name: string, roleArn: string): void {
    this.#roles.set(name, roleArn);
  }

  remove(name: string): void {
    this.#roles.delete(name);
  }

  /** ARN; undefined: there is no such profile. */
  roleOf(name: string): string | undefined {
    return this.#roles.get(name);
  }
}
