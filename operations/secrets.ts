/** What was learnt on the way and nobody may read. */
export class Secrets {
  private readonly known = new Set<string>();

  public constructor(env: Readonly<Record<string, string | undefined>>) {
    for (const name of ["PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) this.keep(env[name]);
  }

  /** Keeps something out of everything that is told. */
  public readonly keep = (secret: string | undefined): void => {
    if (secret !== undefined && secret !== "") this.known.add(secret);
  };

  /** The text without them; a secret with another one in it goes first. */
  public readonly redact = (text: string): string =>
    [...this.known]
      .sort((a, b) => b.length - a.length)
      .reduce((redacted, secret) => redacted.replaceAll(secret, "(secret)"), text);
}

/** Whether a property's value is nobody's to read, by its name. */
export function isSecret(name: string): boolean {
  return /password|secret|token|credential|jaas/i.test(name);
}
