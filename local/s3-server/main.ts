import { HOST } from "../reading/pipeline";
import { createS3Server } from "./server";
import { Store } from "./store";

/** The process: `main.ts <port> <folder>`. */
const [port, folder] = process.argv.slice(2);
if (port === undefined || folder === undefined) throw new Error("usage: main.ts <port> <folder>");
createS3Server(new Store(folder)).listen(Number(port), HOST);
