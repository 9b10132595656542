import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** Bytes that one request brought, in a file of their own. */
export interface Blob {
  readonly file: string;
  readonly size: number;
  /** In hexadecimal digits. */
  readonly md5: string;
}

/** The files. One counts once the journal names it. */
export class Blobs {
  public constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Writes a body to its end, or leaves nothing of it. */
  public async receive(body: AsyncIterable<Uint8Array>): Promise<Blob> {
    const file = randomUUID();
    const md5 = createHash("md5");
    let size = 0;
    const measured = async function* (): AsyncGenerator<Uint8Array> {
      for await (const bytes of body) {
        md5.update(bytes);
        size += bytes.length;
        yield bytes;
      }
    };
    try {
      await pipeline(measured, createWriteStream(join(this.folder, file), { flags: "wx" }));
    } catch (error) {
      this.remove([{ file }]);
      throw error;
    }
    return { file, size, md5: md5.digest("hex") };
  }

  /** From the first byte to the last one, that included, of blobs one after the other. */
  public async *read(blobs: readonly Blob[], first: number, last: number): AsyncGenerator<Uint8Array> {
    let offset = 0;
    for (const { file, size } of blobs) {
      const [start, end] = [Math.max(first - offset, 0), Math.min(last - offset, size - 1)];
      if (start <= end) yield* createReadStream(join(this.folder, file), { start, end }) as AsyncIterable<Uint8Array>;
      offset += size;
    }
  }

  public remove(blobs: readonly Pick<Blob, "file">[]): void {
    for (const { file } of blobs) rmSync(join(this.folder, file), { force: true });
  }

  /** Removes what requests left that a kill cut off. */
  public removeAllBut(known: ReadonlySet<string>): void {
    this.remove(
      readdirSync(this.folder)
        .filter((file) => !known.has(file))
        .map((file) => ({ file })),
    );
  }
}
