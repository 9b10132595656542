/** The environment of the process that started the command. Handed down: in here nothing reads `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Told before each step, for people who wait. */
export type Progress = (step: string) => void;
