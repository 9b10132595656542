import { ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";

/**
 * A file that only grows, with one JSON value a line. A line counts once it has its end, so what a kill or a full disk cuts off
 * never happened. It isn't synced: it has to outlive the process, not a power cut.
 */
export class Journal<Entry> {
  private readonly file: number;
  private length: number;

  /** Reads what is there, and cuts off half a line. */
  public constructor(path: string, replay: (entry: Entry) => void) {
    this.file = openSync(path, "a");
    const content = readFileSync(path);
    this.length = content.lastIndexOf("\n") + 1;
    ftruncateSync(this.file, this.length);
    const lines = content.toString("utf8", 0, this.length).split("\n");
    for (const line of lines.slice(0, -1)) replay(JSON.parse(line) as Entry);
  }

  /** Adds a line as a whole, or throws and adds nothing. */
  public append(entry: Entry): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    try {
      // A disk that is almost full takes a part of it, without an error.
      if (writeSync(this.file, line) < line.length)
        throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
      this.length += line.length;
    } catch (error) {
      ftruncateSync(this.file, this.length);
      throw error;
    }
  }
}
