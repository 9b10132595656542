/**
 * Aborted by ctrl-C, by a polite kill and by a closed terminal. A second ctrl-C does nothing more: stopping is already under way
 * and takes a moment.
 */
export function onInterrupt(): AbortSignal {
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => interrupt.abort());
  return interrupt.signal;
}
