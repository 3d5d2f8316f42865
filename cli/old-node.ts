/**
 * Why this version of Node cannot run the programs, in a line; null when it can. `needed`: as
 * `engines` of package.json, such as `>=22.19`.
 */
export function oldNode(version: string, needed: string): string | null {
  const least = needed.replace('>=', '')
  const [major = 0, minor = 0] = numbers(version)
  const [leastMajor = 0, leastMinor = 0] = numbers(least)
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return null
  return `Countersign needs Node.js ${least} or newer, and this is ${version}: https://nodejs.org has a newer one.`
}

function numbers(version: string): readonly number[] {
  return version.split('.').map(Number)
}
