import { z } from "zod";

/** The periods that CloudWatch offers. */
const DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653] as const;

/** Days for which CloudWatch keeps a log. */
export const logRetention = z.union(DAYS.map((days) => z.literal(days)));
