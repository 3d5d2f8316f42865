/** @type {import('next').NextConfig} */
const nextConfig = {
  // Both keep process-wide state (connection pools, the metrics registry) and must not be bundled
  // once per entry; client-node also starts three times faster unbundled.
  serverExternalPackages: ['@kubernetes/client-node', 'undici', 'prom-client'],
  // A second server from the same checkout needs a build folder of its own.
  distDir: process.env.NEXT_DIST_DIR ?? '.next',
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
}

export default nextConfig
