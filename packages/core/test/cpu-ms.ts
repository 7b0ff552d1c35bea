/** What this process has calculated so far, in milliseconds: a bound on it holds on a busy machine too, where the wall's clock runs ahead. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
