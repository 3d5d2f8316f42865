// Nothing is told to the makers of Next, by a build, a development server or anything else of it: each
// reads this file first.
process.env.NEXT_TELEMETRY_DISABLED = '1'

/** @type {import('next').NextConfig} */
const nextConfig = {
  // A second output folder lets a development server run beside a build.
  distDir: process.env.NEXT_DIST_DIR || '.next',
  // Both keep process-wide state (connection pools, the metrics registry) and must not be bundled
  // once per entry; client-node also starts three times faster unbundled.
  serverExternalPackages: ['@kubernetes/client-node', 'undici', 'prom-client'],
  // The optimizer fetches addresses that a request names; nothing here needs it.
  images: { unoptimized: true },
  // `npm run types` looks at everything; looking again took half of a build.
  typescript: { ignoreBuildErrors: true },
  // A build is named after its source, so that an image of it can be made again.
  async generateBuildId() {
    const { sourceDigest } = await import('#lib/web/door/source-digest.ts')
    return sourceDigest('.')
  },
  compiler: {
    async runAfterProductionCompile({ distDir }) {
      const { compileEagerly } = await import('#lib/web/door/eager-modules.ts')
      compileEagerly(`${distDir}/static/chunks`)
    },
  },
  // Documents that the pages show are part of the build.
  turbopack: { rules: { '*.md': { type: 'text' } } },
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  experimental: {
    // A start reads the cluster first: a route's code is loaded when it is first asked.
    preloadEntriesOnStart: false,
    // Both took a third of a build: maps that nothing reads, and 170 MB for a next build.
    turbopackSourceMaps: process.env.NODE_ENV !== 'production',
    turbopackFileSystemCacheForBuild: false,
    // Each file costs a request: the first page's code comes in few.
    turbopackChunking: { maxChunkCountPerGroup: 8, minChunkSize: 200_000 },
  },
}

export default nextConfig
