import { IncomingMessage, get as getPlain } from "node:http";
import { get as getSecure } from "node:https";

/** What a download may take; tests shorten the time. */
export interface DownloadOptions {
  /** Milliseconds without a byte after which it is given up. @default 30000 */
  readonly timeoutMs?: number;
  /** Told as bytes arrive; the total is unknown if the server doesn't say. @default nobody is told */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** Gives up when aborted. @default never */
  readonly signal?: AbortSignal;
}

const redirectLimit = 5;

/** The bytes behind an address; fails in words that can stand in a message. HTTPS only, except on this machine. */
export async function download(url: string, options: DownloadOptions = {}): Promise<Uint8Array> {
  let address = new URL(url);
  for (let redirects = 0; redirects <= redirectLimit; redirects++) {
    const response = await open(address, options);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy();
      const next = new URL(headers.location, address);
      if (address.protocol === "https:" && next.protocol !== "https:")
        throw new Error(`redirected to ${next.protocol}//`);
      address = next;
      continue;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw new Error(`the server answered ${statusCode} ${response.statusMessage ?? ""}`.trim());
    }
    return await read(response, options);
  }
  throw new Error(`more than ${redirectLimit} redirects`);
}

function open(address: URL, { timeoutMs = 30000, signal }: DownloadOptions): Promise<IncomingMessage> {
  const local = address.hostname === "127.0.0.1" || address.hostname === "localhost";
  if (address.protocol !== "https:" && !(address.protocol === "http:" && local)) {
    return Promise.reject(new Error(`${address.protocol}// isn't safe to load programs from`));
  }
  return new Promise((resolve, reject) => {
    const get = address.protocol === "https:" ? getSecure : getPlain;
    const request = get(address, { signal, timeout: timeoutMs }, resolve);
    request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.on("error", reject);
  });
}

async function read(response: IncomingMessage, { onProgress }: DownloadOptions): Promise<Uint8Array> {
  const announced = response.headers["content-length"];
  const total = announced === undefined ? undefined : Number(announced);
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of response) {
    const bytes = chunk as Buffer;
    chunks.push(bytes);
    received += bytes.length;
    onProgress?.(received, total);
  }
  if (total !== undefined && received !== total)
    throw new Error(`the answer broke off after ${received} of ${total} bytes`);
  return new Uint8Array(Buffer.concat(chunks));
}
