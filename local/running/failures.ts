import { ErrorForPeople } from "../../lib/errors";

/** What went wrong while the pipeline ran. */
export class LocalFailure extends ErrorForPeople {}
